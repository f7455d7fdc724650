import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-jwt';
import { Clock } from '../../common/clock.js';
import { Failure } from '../../common/failure.js';
import { type Actor, RequestScope } from '../../tenants/request-scope.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { type AccessClaims, AccessTokens } from '../signing/access-tokens.js';
import { AccessKind, AccessRule, type CalledRequest, bearerOf } from './access.js';
import { type Caller, type TokenHolder, actorOf, holderOf, restrictionsOf, scopesNamed } from './caller.js';
import { SessionCheck } from './session-check.js';
import { administeredCompanies } from './session-check.sql.js';
import { TokenCheck, isRemovableClient } from './token-check.js';
import { SigningKeys } from '../signing/signing-keys.js';

/** The token of a request, or null. */
function tokenOf(request: CalledRequest): string | null {
  return request.rule.token?.(request) ?? (bearerOf(request.headers.authorization ?? '') || null);
}

type Admitted = { caller: Caller; loaded: unknown };

/** Authenticates the caller by the Bearer token of a request. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, 'access-token') {
  constructor(
    keys: SigningKeys,
    private readonly tokens: AccessTokens,
    private readonly tenants: TenantsService,
    private readonly sessionCheck: SessionCheck,
    private readonly tokenCheck: TokenCheck,
    private readonly clock: Clock,
  ) {
    super({
      ...tokens.rules,
      jwtFromRequest: tokenOf,
      secretOrKeyProvider: (_request: unknown, token: string, done: (error: Error | null, key?: string) => void) => {
        const key = keys.keyOf(token);
        // A key in text form would be parsed for each request. The types lack the KeyObject that is accepted.
        done(key ? null : new Failure('token_invalid'), key?.publicKey as unknown as string);
      },
      passReqToCallback: true,
    });
  }

  /**
   * Admits a request with a cached token without passport, because the signature was already verified. The expiry and
   * the session are checked for each request.
   *
   * @returns undefined for a token that is not cached
   * @throws Failure `token_invalid`, `token_expired`, `access_denied`
   */
  async admitCached(request: CalledRequest): Promise<Admitted | undefined> {
    const token = tokenOf(request) ?? '';
    const claims = this.tokens.cachedClaims(token);
    return claims && this.admit(request, token, claims);
  }

  /** Called by passport after the signature was verified. */
  async validate(request: CalledRequest, claims: AccessClaims): Promise<Admitted> {
    const token = tokenOf(request) ?? '';
    this.tokens.cache(token, claims);
    return this.admit(request, token, claims);
  }

  /** @throws Failure `token_invalid`, `token_expired`, `access_denied` */
  private async admit(request: CalledRequest, token: string, claims: AccessClaims): Promise<Admitted> {
    const { rule } = request;
    this.tokenCheck.assertTenant(claims);
    const client = claims.client_id;
    // A client that this process has cached costs no microtask.
    if (isRemovableClient(client) && !this.tenants.client(client)) await this.tokenCheck.assertClient(client);
    const holder = holderOf(claims, token);
    const actor = actorOf(holder);
    setRequestScope(holder, actor);
    const scopes = scopesFor(holder, rule, this.clock.now());
    if (scopes?.length === 0) {
      // A token of an ended session is invalid, whatever it would permit.
      await this.sessionCheck.check(holder.sessionId);
      throw new Failure('access_denied');
    }
    const restrictions = restrictionsOf(scopes);
    const inCustomersPlace = holder.kind === 'customer' && actor !== undefined;
    const caller: Caller = { ...holder, reach: { actor, inCustomersPlace, restrictions, company: undefined } };
    if (rule.allowExpired || rule.sessionCheckedInQuery) return { caller, loaded: undefined };
    if (rule.forCompany && caller.kind === 'customer') {
      caller.reach.company = await this.administeredCompany(caller);
      caller.reach.actor = { kind: 'customer', id: caller.id };
      setRequestScope(caller, caller.reach.actor);
      return { caller, loaded: undefined };
    }
    const projection = typeof rule.projection === 'function' ? rule.projection(request) : rule.projection;
    const value = rule.projectionValue?.(request);
    return { caller, loaded: await this.sessionCheck.check(caller.sessionId, projection, value) };
  }

  /**
   * @returns the company in the token
   * @throws Failure `token_invalid`; `access_denied` if the customer no longer administers the company in the token
   */
  private async administeredCompany({ sessionId, legalEntityId }: Caller): Promise<string> {
    const companies = (await this.sessionCheck.check(sessionId, administeredCompanies)) as string[] | null;
    if (!legalEntityId || !companies?.includes(legalEntityId)) throw new Failure('access_denied');
    return legalEntityId;
  }
}

function accessKindOf({ kind }: TokenHolder): AccessKind {
  return kind === 'employee' || kind === 'service' ? 'staff' : kind;
}

/**
 * Checks by the token alone whether the caller may call a route.
 *
 * @returns the caller's scopes that open the route; an empty list if the caller may not call it; undefined if the route
 * requires no scope
 * @throws Failure `token_expired`
 */
export function scopesFor(caller: TokenHolder, rule: AccessRule, now: Date): string[] | undefined {
  const mayBeExpired = rule.allowExpired && caller.kind === 'customer';
  if (!mayBeExpired && caller.expiresAt <= now) throw new Failure('token_expired');
  const denied = !rule.kinds.includes(accessKindOf(caller)) || (rule.denyImpersonation && caller.actorId);
  return denied ? [] : grantingScopes(caller, rule);
}

/** The caller's scopes that open the route; undefined if the route requires none. */
function grantingScopes({ kind, scopes }: TokenHolder, rule: AccessRule): string[] | undefined {
  const wanted = kind === 'customer' ? (rule.ownScopes ?? rule.scopes) : rule.scopes;
  return wanted && scopesNamed(scopes, wanted);
}

/** Sets the customer and the actor in the request's scope, for logs, the history and limits. */
function setRequestScope({ kind, id }: TokenHolder, actor: Actor | undefined): void {
  RequestScope.set({ actor, ...(kind === 'customer' && { customer: id }) });
}
