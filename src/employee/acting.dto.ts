import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { Integer, Text } from '../common/validation.js';
import type { Acting } from './acting.service.js';

export class ActingLoginDto {
  /**
   * The customer number, which is the `id` of the customer.
   * @example "4711000815"
   */
  @IsString()
  @IsNotEmpty()
  @MaxLength(66)
  customerNumber!: string;
  /**
   * Why the employee acts for the customer. It is stored in the customer's history.
   * @example 'Order by telephone'
   */
  @Text(500)
  reason?: string | null;
}

/** The token of an employee who acts for a customer. It cannot be refreshed. */
export class ActingTokenDto {
  /** The access token, a JWT. Send it as `Authorization: Bearer …`. */
  accessToken!: string;
  /** A JWT (HS256) whose `sub` is the customer number. Checkout accepts it in the header `saas-token`. */
  saasToken!: string;
  /**
   * The lifetime of the access token in seconds.
   * @example 3600
   */
  @Integer()
  expiresIn!: number;
  /** Always empty: the token cannot be refreshed. */
  refreshToken!: string;
  /** Always 0: there is no refresh token. */
  @Integer()
  refreshTokenExpiresIn!: number;

  static of({ accessToken, saasToken, expiresIn }: Acting): ActingTokenDto {
    return { accessToken, saasToken, expiresIn, refreshToken: '', refreshTokenExpiresIn: 0 };
  }
}
