import { IsString, Length, MaxLength } from 'class-validator';
import { invalid } from '../../common/failure.js';
import { MayBeAbsent } from '../../common/validation.js';
import type { Identity } from '../../credentials/identity.entity.js';
import type { Proof } from './sso.service.js';

/** A login at an identity provider. */
export class IdentityDto {
  id!: string;
  /**
   * The provider's name in the tenant's settings.
   * @example keycloak
   */
  providerId!: string;
  issuer!: string;
  /** Who the customer is, in the words of the issuer. */
  subject!: string;
  createdAt!: Date;
  /** Null before the first login with it. */
  lastLogin!: Date | null;

  static of({ id, provider, issuer, subject, createdAt, lastLogin }: Identity): IdentityDto {
    return { id, providerId: provider, issuer, subject, createdAt, lastLogin: lastLogin ?? null };
  }
}

/** The password, and what proves the identity: a `code` of a provider, or a `subjectAccessToken`. */
export class LinkIdentityDto {
  /** Of the account that is linked. */
  @IsString()
  @MaxLength(1024)
  password!: string;
  /** As in `socialLogin`, and so the next four. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 4000)
  code?: string;
  @MayBeAbsent()
  @IsString()
  @MaxLength(2000)
  redirect_uri?: string;
  @MayBeAbsent()
  @IsString()
  @Length(43, 128)
  code_verifier?: string;
  @MayBeAbsent()
  @IsString()
  @MaxLength(2000)
  state?: string;
  @MayBeAbsent()
  @IsString()
  @MaxLength(500)
  nonce?: string;
  /** As in `exchangeauthtoken`, and so the next one. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 8000)
  subjectAccessToken?: string;
  @MayBeAbsent()
  @IsString()
  @MaxLength(100)
  config?: string;
}

/** @throws Failure `invalid_input` for a body with none of the two proofs, or with both */
export function proofOf(body: LinkIdentityDto): Proof {
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
  throw invalid('code', 'code or subjectAccessToken is needed, and not both');
}

export class ConfirmIdentityDto {
  /** The token from the mail. */
  @IsString()
  @Length(1, 200)
  token!: string;
}
