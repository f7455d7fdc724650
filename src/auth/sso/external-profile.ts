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
  /** Whether the tenant trusts the address to enter an account without a confirmation by mail. */
  trustEmail: boolean;
}

/**
 * Reads the standard claims (OpenID Connect Core 5.1). An unverified e-mail address is ignored. If the provider does not
 * say whether an address is verified, `trustEmail` of its configuration decides.
 *
 * @throws ProofRejectedError when the subject is invalid
 */
export function profileFromClaims(
  claims: Record<string, unknown>,
  { issuer, provider }: Omit<ProvenIdentity, 'subject'>,
  { trustEmail = false }: { trustEmail?: boolean } = {},
): ExternalProfile {
  const { sub, email } = claims;
  const verified = claims.email_verified ?? trustEmail;
  if (typeof sub !== 'string' || sub.length === 0 || sub.length > 255 || !isStorable(sub)) {
    throw new ProofRejectedError('sub is missing, is longer than 255 characters, or is not a valid text');
  }
  return {
    identity: { issuer, subject: sub, provider },
    // Some providers send the boolean as a string.
    email: verified === true || verified === 'true' ? address(email) : undefined,
    ...namesOf(claims),
    trustEmail,
  };
}

/** Without `given_name`, the names are in `name`: the last word is the family name, unless `family_name` is given. */
function namesOf(claims: Record<string, unknown>): Pick<ExternalProfile, 'firstName' | 'lastName'> {
  const [given, family] = [name(claims.given_name), name(claims.family_name)];
  const fullName = name(claims.name)?.trim();
  if (given !== undefined || !fullName) return { firstName: given, lastName: family };
  const lastName = family ?? /\s(\S+)$/.exec(fullName)?.[1];
  const firstName =
    lastName !== undefined && fullName.endsWith(lastName) ? fullName.slice(0, -lastName.length) : fullName;
  return { firstName: firstName.trim() || undefined, lastName };
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
