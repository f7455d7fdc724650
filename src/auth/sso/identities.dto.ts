import { IsString, Length, MaxLength } from 'class-validator';
import { invalid } from '../../common/failure.js';
import { MayBeAbsent } from '../../common/validation.js';
import type { Identity } from '../../credentials/identity.entity.js';
import type { ExternalProof } from './identity-link.service.js';

/** A customer's identity at an identity provider. */
export class IdentityDto {
  /** The id of the identity in this list. */
  id!: string;
  /**
   * The provider's name in the tenant's settings.
   * @example keycloak
   */
  providerId!: string;
  /** The issuer (`iss`) of the provider's tokens. */
  issuer!: string;
  /** The subject that the issuer assigned to the customer. */
  subject!: string;
  /** When the identity was linked. */
  createdAt!: Date;
  /** The time of the last login with this identity. Null before the first login. */
  lastLogin!: Date | null;

  static of({ id, provider, issuer, subject, createdAt, lastLogin }: Identity): IdentityDto {
    return { id, providerId: provider, issuer, subject, createdAt, lastLogin: lastLogin ?? null };
  }
}

/** The password and the proof of the identity: a provider's `code`, or a `subjectAccessToken`. */
export class LinkIdentityDto {
  /** The password of the account that the identity is linked to. */
  @IsString()
  @MaxLength(1024)
  password!: string;
  /** The authorization code from the provider. Either `code` or `subjectAccessToken` is required. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 4000)
  code?: string;
  /**
   * One of the provider's `redirectUris`, exactly as it is stored; the first of them if omitted. Ignored without
   * `code`.
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(2000)
  redirect_uri?: string;
  /** The code verifier of PKCE (RFC 7636). Ignored without `code`. */
  @MayBeAbsent()
  @IsString()
  @Length(43, 128)
  code_verifier?: string;
  /** The `state` that the provider returned: `{name of the provider}--{random}`. Ignored without `code`. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(2000)
  state?: string;
  /** The nonce that was sent to the provider; the ID token must contain it. Ignored without `code`. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(500)
  nonce?: string;
  /**
   * The token of another system. It can be exchanged only once, unless the tenant setting `ssoSubjectTokenReuse` allows
   * more.
   */
  @MayBeAbsent()
  @IsString()
  @Length(1, 8000)
  subjectAccessToken?: string;
  /** The name of a configuration of `tokenExchange`; the default one if omitted. Ignored with `code`. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(100)
  config?: string;
}

/** @throws Failure `invalid_input` for a body without a proof, or with both */
export function proofOf(body: LinkIdentityDto): ExternalProof {
  const {
    code,
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
    state,
    nonce,
    subjectAccessToken,
    config,
  } = body;
  if (code !== undefined && subjectAccessToken === undefined) return { code, redirectUri, codeVerifier, state, nonce };
  if (code === undefined && subjectAccessToken !== undefined) return { subjectAccessToken, config };
  throw invalid('code', 'exactly one of code and subjectAccessToken is required');
}

export class ConfirmIdentityDto {
  /** The token from the mail. */
  @IsString()
  @Length(1, 200)
  token!: string;
}
