import { isEmail } from 'class-validator';
import { normalEmail } from '../../common/email.js';
import type { ProvenIdentity } from '../../credentials/identities.service.js';
import { NotProven } from './not-proven.js';

/** Whom a provider has proven somebody to be. */
export interface Somebody {
  identity: ProvenIdentity;
  /** Only where the provider says that it is verified. */
  email?: string;
  firstName?: string;
  lastName?: string;
}

/**
 * Reads the standard claims (OpenID Connect Core 5.1). An e-mail address that is not verified is none.
 *
 * @throws NotProven when the subject is none
 */
export function somebodyOf(
  claims: Record<string, unknown>,
  { issuer, provider }: Omit<ProvenIdentity, 'subject'>,
): Somebody {
  const { sub, email, email_verified: verified } = claims;
  if (typeof sub !== 'string' || sub.length === 0 || sub.length > 255 || !isStorable(sub)) {
    throw new NotProven('sub is missing, longer than 255 characters, or no text');
  }
  return {
    identity: { issuer, subject: sub, provider },
    // Some providers write it as text.
    email: verified === true || verified === 'true' ? address(email) : undefined,
    firstName: name(claims.given_name),
    lastName: name(claims.family_name),
  };
}

function address(value: unknown): string | undefined {
  if (typeof value !== 'string' || !isEmail(value, { allow_utf8_local_part: true }) || !isStorable(value)) {
    return undefined;
  }
  const email = normalEmail(value);
  return Buffer.byteLength(email) <= 254 ? email : undefined;
}

function name(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && isStorable(value)
    ? value.slice(0, 255).toWellFormed()
    : undefined;
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
