import { OmitType } from '@nestjs/swagger';
import { Integer, findInvalidText } from '../common/validation.js';
import type { IssuedTokens, TokenLifetimes } from '../sessions/signing/session-tokens.js';
import { glueClientOf } from '../sessions/glue-client.js';
import { strictLifetimes } from '../tenants/strict.js';
import type { TenantsService } from '../tenants/tenants.service.js';
import type { Resource } from './resource.js';
import { RequiredEmail, RequiredSecret } from './validators.js';

const DAY = 86_400;

/** The token lifetimes of customers and agents in the Glue API, in seconds. 28800 is the vendor's value. */
const vendorLifetimes: TokenLifetimes = { access: 28_800, refresh: 30 * DAY };

/** The same lifetimes, limited to shorter maximums if the tenant is strict. */
export function glueLifetimes({ settings }: TenantsService): TokenLifetimes {
  return strictLifetimes(settings, vendorLifetimes);
}

/** The client that the tenant's Glue sessions belong to. */
export function glueClient({ current }: TenantsService): string {
  return glueClientOf(current);
}

export class LoginAttributes {
  /**
   * The login e-mail, in any letter case.
   * @example ada@demo.example
   */
  @RequiredEmail()
  username!: string;
  /**
   * The password.
   * @example password123
   */
  @RequiredSecret()
  password!: string;
}

/** In characters. */
const MAX_PASSWORD_LENGTH = 1024;

/**
 * The current password in a request. The vendor has no rule for its characters: a value that no account can have is
 * replaced with `''`, which is a wrong password.
 */
export function passwordOf({ password }: { password?: unknown }): string {
  if (typeof password !== 'string' || password.length > MAX_PASSWORD_LENGTH) return '';
  return findInvalidText(password).length === 0 ? password : '';
}

export class RefreshAttributes {
  /** The refresh token from the last login or refresh. */
  @RequiredSecret()
  refreshToken!: string;
}

export class TokenAttributes {
  /**
   * Always `Bearer`.
   * @example Bearer
   */
  tokenType!: string;
  /**
   * The lifetime of the access token in seconds.
   * @example 28800
   */
  @Integer()
  expiresIn!: number;
  /** The access token, a JWT. Send it as `Authorization: Bearer …`. */
  accessToken!: string;
  /** The refresh token. A refresh replaces it. */
  refreshToken!: string;
  /**
   * The current company user after a login: the only active one of an active company, or the default one of several.
   * Null if there is none.
   */
  idCompanyUser?: string | null;
}

export class CompanyUserTokenAttributes extends OmitType(TokenAttributes, ['idCompanyUser']) {}

/** Tokens as a resource. */
export function tokensResource(type: string, tokens: IssuedTokens): Resource {
  const { accessToken, expiresIn, refreshToken, companyUser = null } = tokens;
  const attributes: TokenAttributes = {
    tokenType: 'Bearer',
    expiresIn,
    accessToken,
    refreshToken,
    ...(type === 'access-tokens' && { idCompanyUser: companyUser }),
  };
  return { type, id: null, path: type, attributes };
}
