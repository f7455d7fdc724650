import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type AccessClaims, AccessTokens } from './access-tokens.js';
import { AccessKind, AccessRule, CalledRequest, Caller, callerOf } from './access.js';
import { SessionsService } from './sessions.service.js';
import { administered } from './sessions.sql.js';
import { SigningKeys } from './signing-keys.js';

const inHeader = ExtractJwt.fromAuthHeaderAsBearerToken() as (request: CalledRequest) => string | null;

/** The token of a request, or null. */
function bearer(request: CalledRequest): string | null {
  return request.rule.token?.(request) ?? inHeader(request);
}

type Admitted = { caller: Caller; loaded: unknown };

/** Takes the Bearer token of a request, and answers who calls. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, 'access-token') {
  constructor(
    keys: SigningKeys,
    private readonly tokens: AccessTokens,
    private readonly tenants: TenantsService,
    private readonly sessions: SessionsService,
    private readonly clock: Clock,
  ) {
    super({
      ...tokens.rules,
      jwtFromRequest: bearer,
      secretOrKeyProvider: (_request: unknown, token: string, done: (error: Error | null, key?: string) => void) => {
        const key = keys.keyOf(token);
        // A key as text would be parsed at each request. The types do not know that a KeyObject will do.
        done(key ? null : new Failure('token_invalid'), key?.publicKey as unknown as string);
      },
      passReqToCallback: true,
    });
  }

  /**
   * Admits a request whose token is known, past passport, which has nothing left to ask: its signature was checked.
   * Whether it has expired and its session lives is asked each time.
   *
   * @returns undefined for a token that is not known
   * @throws Failure `token_invalid`, `token_expired`, `access_refused`
   */
  async admitKnown(request: CalledRequest): Promise<Admitted | undefined> {
    const token = bearer(request) ?? '';
    const claims = this.tokens.known(token);
    return claims && this.admit(request, token, claims);
  }

  /** Passport's: the token has proven to be ours. */
  async validate(request: CalledRequest, claims: AccessClaims): Promise<Admitted> {
    const token = bearer(request) ?? '';
    this.tokens.remember(token, claims);
    return this.admit(request, token, claims);
  }

  /** @throws Failure `token_invalid`, `token_expired`, `access_refused` */
  private async admit(request: CalledRequest, token: string, claims: AccessClaims): Promise<Admitted> {
    const { rule } = request;
    if (claims.aud !== this.tenants.current) throw new Failure('token_invalid', { facts: { tokenTenant: claims.aud } });
    // A process that has not heard yet of a client's removal may have let somebody in.
    if (claims.kind === 'anonymous' && !this.tenants.client(claims.client_id ?? '')) throw new Failure('token_invalid');
    const caller = callerOf(claims, token);
    enter(caller);
    const scopes = scopesFor(caller, rule, this.clock.now());
    if (RequestScope.current) RequestScope.current.restrictions = restrictionsOf(scopes);
    if (rule.lapsed || rule.checkedByHandler) return { caller, loaded: undefined };
    if (rule.forCompany && caller.kind === 'customer') {
      await this.enterCompany(caller);
      return { caller, loaded: undefined };
    }
    const load = typeof rule.load === 'function' ? rule.load(request) : rule.load;
    return { caller, loaded: await this.sessions.check(caller.sessionId, load) };
  }

  /**
   * @throws Failure `token_invalid`; `access_refused` when the customer no longer administers the company in the token
   */
  private async enterCompany({ id, sessionId, legalEntityId }: Caller): Promise<void> {
    const companies = (await this.sessions.check(sessionId, administered)) as string[] | null;
    if (!legalEntityId || !companies?.includes(legalEntityId)) throw new Failure('access_refused');
    const scope = RequestScope.current;
    if (scope) Object.assign(scope, { company: legalEntityId, actor: { kind: 'customer', id } });
  }
}

function accessKindOf({ kind }: Caller): AccessKind {
  return kind === 'employee' || kind === 'service' ? 'staff' : kind;
}

/** Between a scope and the restriction that it is limited to: `customer.customer_read--DE`. */
const SUFFIX = '--';

/**
 * What the token alone says of whether its holder may call a route.
 *
 * @returns those of the caller's scopes that open the route; undefined where it asks for none
 * @throws Failure `access_refused`, `token_expired`
 */
export function scopesFor(caller: Caller, rule: AccessRule, now: Date): string[] | undefined {
  if (!rule.kinds.includes(accessKindOf(caller))) throw new Failure('access_refused');
  const lapsedOwn = rule.lapsed && caller.kind === 'customer';
  if (!lapsedOwn && caller.expiresAt <= now) throw new Failure('token_expired');
  const scopes = granting(caller, rule);
  if (scopes?.length === 0 || (rule.inPerson && caller.actorId)) throw new Failure('access_refused');
  return scopes;
}

/** Those of the caller's scopes that open the route; undefined where it asks for none. */
function granting({ kind, scopes }: Caller, rule: AccessRule): string[] | undefined {
  const wanted = kind === 'customer' ? (rule.ownScopes ?? rule.scopes) : rule.scopes;
  return wanted && scopes.filter((held) => wanted.includes(held.split(SUFFIX)[0] ?? ''));
}

/** The restrictions that these scopes are limited to; undefined when one of them has no limit. */
function restrictionsOf(scopes: string[] = ['']): string[] | undefined {
  const limits = scopes.map((scope) => scope.split(SUFFIX)[1]);
  return limits.includes(undefined) ? undefined : (limits as string[]);
}

/** Tells the request's scope who calls, and who of the staff acts. */
function enter({ kind, id, actorId }: Caller): void {
  const scope = RequestScope.current;
  if (!scope) return;
  if (kind === 'customer') scope.customer = id;
  if (kind === 'employee' || kind === 'service') scope.actor = { kind, id };
  else if (actorId) Object.assign(scope, { actor: { kind: 'employee', id: actorId }, inCustomersPlace: true });
}
