import { Integer } from '../common/validation.js';
import type { AccessOnly, IssuedTokens, Spans } from '../sessions/sessions.service.js';
import { spansWithin } from '../tenants/strict.js';
import type { TenantsService } from '../tenants/tenants.service.js';
import type { Resource } from './resource.js';
import { RequiredEmail, RequiredText } from './rules.js';

const DAY = 86_400;

/** How long the tokens of this dialect's customers live: 28800 seconds is the vendor's figure. */
export const spans: Spans = { access: 28_800, refresh: 30 * DAY };

/** The same, unless the tenant is strict. */
export function glueSpans({ settings }: TenantsService): Spans {
  return spansWithin(settings, spans);
}

/**
 * The client that this dialect's sessions belong to: its refresh tokens are not good in the other one. A tenant's
 * clients are named `{tenant}-…`, so that none can be this.
 */
export function glueClient({ current }: TenantsService): string {
  return `${current}:glue`;
}

export class LoginAttributes {
  /** @example ada@demo.example */
  @RequiredEmail()
  username!: string;
  /** @example password123 */
  @RequiredText(1024)
  password!: string;
}

export class RefreshAttributes {
  @RequiredText(200)
  refreshToken!: string;
}

export class TokenAttributes {
  /** @example Bearer */
  tokenType!: string;
  /** @example 28800 */
  @Integer()
  expiresIn!: number;
  accessToken!: string;
  refreshToken!: string | null;
  idCompanyUser!: string | null;
}

/** Tokens as a resource; those of agents and of who acts for a customer have nothing to refresh with. */
export function tokensResource(type: string, tokens: AccessOnly & Partial<IssuedTokens>): Resource {
  const { accessToken, expiresIn, refreshToken = null } = tokens;
  const attributes: TokenAttributes = {
    tokenType: 'Bearer',
    expiresIn,
    accessToken,
    refreshToken,
    idCompanyUser: null,
  };
  return { type, id: null, path: type, attributes };
}
