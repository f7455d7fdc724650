import { Failure } from '../common/failure.js';
import type { PresentedCode } from '../second-factor/factor-codes.js';
import { type FactorType, isFactorType } from '../second-factor/second-factor.entity.js';
import type { FactorState } from '../second-factor/second-factor.service.js';
import { factorTypeMissing } from './glue-error.js';
import { Unvalidated } from './validators.js';

/** The vendor's texts for a status. */
export const statusTexts = {
  active: 'activated',
  pending: 'activation is pending',
  inactive: 'deactivated',
} as const satisfies Record<FactorState['status'], string>;

export class MultiFactorAuthTypeAttributes {
  /**
   * The type of the second factor: `email` for a mailed code, `totp` for an authenticator app.
   * @example email
   */
  type!: string;
  /** The status: `activated`, `activation is pending` or `deactivated`. */
  status!: string;
}

export class FactorTypeAttributes {
  /**
   * The type of the second factor: `email` or `totp`.
   * @example email
   */
  @Unvalidated()
  type?: string;
}

/** @throws GlueError for an empty type; Failure `second_factor_not_found` for an unknown one */
export function factorTypeOf({ type }: FactorTypeAttributes): FactorType {
  if (!type) throw factorTypeMissing();
  if (!isFactorType(type)) throw new Failure('second_factor_not_found');
  return type;
}

/** For routes that check the header before the type. @throws Failure `second_factor_required` */
export function assertHasCode({ code }: PresentedCode): void {
  if (code === undefined) throw new Failure('second_factor_required');
}

export class TotpSecretAttributes {
  /** The secret in Base32, to enter manually in an authenticator app. */
  secret!: string;
  /** The `otpauth:` URI with the secret. */
  uri!: string;
  /** The URI as a QR code: an SVG image. */
  qrCode!: string;
}

export class RecoveryCodesAttributes {
  /**
   * Ten codes. Each is valid once, in the header `X-MFA-Code`, in place of a code of a second factor.
   * @example ["K7F3Q-9M2XD"]
   */
  codes!: string[];
}
