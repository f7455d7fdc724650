import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { Integer, Text } from '../common/validation.js';
import type { Acting } from './acting.service.js';

export class ActingLoginDto {
  /**
   * `id` in the list of customers.
   * @example "4711000815"
   */
  @IsString()
  @IsNotEmpty()
  @MaxLength(66)
  customerNumber!: string;
  /**
   * Why; it stands in the customer's history.
   * @example Order by telephone
   */
  @Text()
  reason?: string | null;
}

/** The token of an employee who acts for a customer. There is nothing to refresh it with. */
export class ActingTokenDto {
  accessToken!: string;
  saasToken!: string;
  /**
   * In seconds.
   * @example 3600
   */
  @Integer()
  expiresIn!: number;
  /** Always empty. */
  refreshToken!: string;
  @Integer()
  refreshTokenExpiresIn!: number;

  static of({ accessToken, saasToken, expiresIn }: Acting): ActingTokenDto {
    return { accessToken, saasToken, expiresIn, refreshToken: '', refreshTokenExpiresIn: 0 };
  }
}
