import { Secret, TOTP } from 'otpauth';

/** In seconds. */
const PERIOD = 30;

/** The enrolment of an authenticator app. */
export interface TotpEnrolment {
  /** In base32, for apps without a camera. */
  secret: string;
  /** The `otpauth:` URI, which the QR code contains. */
  uri: string;
}

/**
 * Creates a secret of 160 bits (RFC 4226, section 4). The algorithm, the digits and the period are those that all
 * authenticator apps support.
 *
 * @param issuer the shop, as the app shows it
 * @param label the account, as the app shows it
 */
export function newEnrolment(issuer: string, label: string): TotpEnrolment {
  const totp = new TOTP({ issuer, label, secret: new Secret({ size: 20 }) });
  return { secret: totp.secret.base32, uri: totp.toString() };
}

/**
 * Finds the time step of a code. One step before and after the current one is accepted, because clocks differ and
 * people type slowly (RFC 6238, section 5.2).
 *
 * @returns undefined for a wrong code
 */
export function stepOf(code: string, secret: string, now: Date): number | undefined {
  const totp = new TOTP({ secret: Secret.fromBase32(secret), period: PERIOD });
  const timestamp = now.getTime();
  const difference = totp.validate({ token: code, timestamp, window: 1 });
  return difference === null ? undefined : totp.counter({ timestamp }) + difference;
}
