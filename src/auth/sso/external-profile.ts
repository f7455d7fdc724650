import { isPlainEmail, normalEmail } from '../../common/email.js';
import type { ProvenIdentity } from '../../credentials/identities.service.js';
import { ProofRejectedError } from './proof-rejected.js';

/** The profile of a person whose identity a provider has verified. */
export interface ExternalProfile {
  identity: ProvenIdentity;
  /** Set only if the provider has verified the address. */
  email?: string;
  firstName?: string;
  lastName?: string;
}

/**
 * Reads the standard claims (OpenID Connect Core 5.1). An unverified e-mail address is ignored.
 *
 * @throws ProofRejectedError when the subject is invalid
 */
export function profileFromClaims(
  claims: Record<string, unknown>,
  { issuer, provider }: Omit<ProvenIdentity, 'subject'>,
): ExternalProfile {
  const { sub, email, email_verified: verified } = claims;
  if (typeof sub !== 'string' || sub.length === 0 || sub.length > 255 || !isStorable(sub)) {
    throw new ProofRejectedError('sub is missing, longer than 255 characters, or no text');
  }
  return {
    identity: { issuer, subject: sub, provider },
    // Some providers send the boolean as a string.
    email: verified === true || verified === 'true' ? address(email) : undefined,
    firstName: name(claims.given_name),
    lastName: name(claims.family_name),
  };
}

function address(value: unknown): string | undefined {
  if (typeof value !== 'string' || !isPlainEmail(value) || !isStorable(value)) {
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
