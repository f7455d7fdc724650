import { ApiProperty } from '@nestjs/swagger';
import { type FactorType, type SecondFactor, factorTypes } from '../second-factor/second-factor.entity.js';
import type { CurrentSession } from '../sessions/sessions.service.js';

/** A session of a customer that is currently valid. */
export class CustomerSessionDto {
  /** The id of the session in this list. It differs from the session id that carts refer to. */
  id!: string;
  /**
   * The User-Agent of the login, limited to 200 characters. Null if it was not sent.
   * @example 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
   */
  userAgent!: string | null;
  /**
   * The network address of the login.
   * @example 192.0.2.7
   */
  origin!: string | null;
  /**
   * The client that the tokens were issued to.
   * @example demo-storefront
   */
  client!: string | null;
  /** Whether an employee acts for the customer in this session. */
  assisted!: boolean;
  /** The time of the login. */
  createdAt!: Date;
  /** The time of the login or of the last refresh. Other requests do not change it. */
  lastUsedAt!: Date;
  /** When the session expires. A refresh does not extend it. */
  expiresAt!: Date;

  static of({ id, device, origin, client, assisted, ...times }: CurrentSession): CustomerSessionDto {
    const { createdAt, refreshedAt: lastUsedAt, expiresAt } = times;
    return { id, userAgent: device, origin, client, assisted, createdAt, lastUsedAt, expiresAt };
  }
}

/** A second factor of a customer. */
export class CustomerSecondFactorDto {
  /** `email`: mailed codes. `totp`: an authenticator app. */
  @ApiProperty({ enum: factorTypes })
  type!: FactorType;
  /** `pending` until the customer has entered a first code. */
  status!: 'pending' | 'active';
  /** When the activation was started. */
  createdAt!: Date;
  /** When the customer entered the first code. Null for a pending factor. */
  activatedAt!: Date | null;

  static of({ type, status, createdAt, activatedAt }: SecondFactor): CustomerSecondFactorDto {
    return { type, status, createdAt, activatedAt: activatedAt ?? null };
  }
}
