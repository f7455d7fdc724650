import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure, invalid } from '../common/failure.js';
import { networkOf } from '../common/network-address.js';
import { isUuid } from '../common/uuid.js';
import { Database, type Statement, retriedAfterDeadlock } from '../database/database.js';
import { QueryBatcher } from '../database/query-batcher.js';
import { SecurityLog } from '../history/security-log.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { SessionCheck } from './access/session-check.js';
import { type AccessClaims, AccessTokens } from './signing/access-tokens.js';
import { customerScopes, scopesIn } from './customer-scopes.js';
import { deviceOf } from './device.js';
import { RefreshTokens } from './signing/refresh-tokens.js';
import { Session, SessionContext } from './session.entity.js';
import * as sql from './sessions.sql.js';

/**
 * For this time after its first use, a replaced refresh token gets the same next one again, for parallel requests and
 * lost responses (RFC 9700 4.14.2).
 */
const GRACE_SECONDS = 10;

/** The tokens that a client gets when a session is started or refreshed. Lifetimes are in seconds. */
export interface IssuedTokens {
  accessToken: string;
  expiresIn: number;
  refreshToken: string;
  refreshExpiresIn: number;
  /** The session id that clients see. */
  sessionId: string;
  scope: string;
}

/** The lifetimes of tokens in seconds; an API or a tenant sets them. */
export interface TokenLifetimes {
  access: number;
  refresh: number;
}

/** The start of a customer's session: from a visitor's session, by its id, or at a client. */
export interface Start {
  from: { visitor: string } | { client: string };
  lifetimes: TokenLifetimes;
}

/** The tokens of a session without a refresh token. */
export type AccessOnly = Omit<IssuedTokens, 'refreshToken' | 'refreshExpiresIn'>;

/** Starts, refreshes and ends sessions with their tokens. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly database: Database,
    private readonly batcher: QueryBatcher,
    private readonly tenants: TenantsService,
    private readonly tokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
    private readonly securityLog: SecurityLog,
    private readonly sessionCheck: SessionCheck,
    private readonly clock: Clock,
  ) {}

  /** Starts a visitor's session. @throws Failure `client_unknown` if the client was removed */
  async startAnonymous(clientId: string, context: SessionContext): Promise<IssuedTokens> {
    const { anonymousSession, anonymousRefresh } = this.tenants.settings.lifetimes;
    const id = randomUUID();
    const expiresAt = this.clock.in(anonymousSession);
    const started = await this.batcher.load(sql.startAnonymous, {
      ...{ tenant: this.tenants.current, id, client: clientId, context },
      ...{ now: this.clock.now(), ends: expiresAt, refresh_ends: this.clock.in(anonymousRefresh) },
    });
    if (!started) throw new Failure('client_unknown');
    return this.issueAnonymous({
      id,
      public_id: id,
      client_id: clientId,
      refresh_generation: 0,
      expires_at: expiresAt.toISOString(),
    });
  }

  /**
   * Refreshes a visitor's session: a new access token, a new refresh token, the same session id. While a customer's
   * session has that id, the access token belongs to a stand-in, a visitor's session with an id of its own.
   *
   * @throws Failure `refresh_refused`
   */
  async refreshAnonymous(clientId: string, refreshToken: string): Promise<IssuedTokens> {
    const { anonymousRefresh } = this.tenants.settings.lifetimes;
    const session = await this.rotate('anonymous', refreshToken, anonymousRefresh, clientId);
    return this.issueAnonymous(await this.withStandIn(session));
  }

  /** The same for a session id, without a refresh token. @throws Failure `refresh_refused` */
  async renewAnonymous(sessionId: string, clientId: string): Promise<Omit<IssuedTokens, 'refreshToken'>> {
    const end = this.clock.in(this.tenants.settings.lifetimes.anonymousAccess);
    const values = [this.tenants.current, sessionId, clientId, this.clock.now(), end];
    const [session] = await this.database.rows<sql.SessionRow>(sql.renewAnonymous, values);
    if (!session) throw new Failure('refresh_refused');
    return this.issueAnonymous(await this.withStandIn(session));
  }

  /**
   * Starts a customer's session. The session id of a visitor's session passes to the customer, once: a second customer
   * who logs in with the same anonymous token gets a new id.
   *
   * @param passwordHash the hash that the password was compared with; null if the customer was authenticated otherwise
   * @throws Failure `token_invalid` if the visitor's session has ended or its client was removed, `login_refused` if
   * the customer may no longer log in, or the password was changed meanwhile
   */
  async startCustomer(
    customerId: string,
    passwordHash: string | null,
    { from, lifetimes }: Start,
  ): Promise<IssuedTokens> {
    const { customerSession } = this.tenants.settings.lifetimes;
    const visitor = 'visitor' in from ? from.visitor : null;
    const { device, origin } = requestOrigin();
    const network = origin ? networkOf(origin) : null;
    const start = {
      ...{ tenant: this.tenants.current, id: randomUUID(), customer: customerId, visitor, hash: passwordHash },
      ...{ client: 'client' in from ? from.client : null, device, origin, network },
      ...{
        now: this.clock.now(),
        ends: this.clock.in(customerSession),
        refresh_ends: this.clock.in(lifetimes.refresh),
      },
    };
    const asked = (): Promise<sql.SessionRow | undefined> => this.batcher.load(sql.startCustomer, start, customerId);
    const session = await retriedAfterDeadlock(asked);
    if (session) return this.issueCustomer(session, lifetimes);
    if (visitor && !(await this.sessionCheck.check(visitor, sql.clientStillExists))) throw new Failure('token_invalid');
    throw new Failure('login_refused');
  }

  /**
   * Refreshes a customer's session.
   *
   * @param clientId the client of the request: a refresh token is bound to the client that got it (RFC 6749 10.4)
   * @param legalEntityId the company to act for from now on; without it, the same as before
   * @throws Failure `refresh_refused`; `invalid_input` if the customer does not belong to the company: then the refresh
   * token is not replaced
   */
  async refreshCustomer(
    refreshToken: string,
    lifetimes: TokenLifetimes,
    clientId: string,
    legalEntityId?: string,
  ): Promise<IssuedTokens> {
    const session = await this.rotate('customer', refreshToken, lifetimes.refresh, clientId, legalEntityId);
    return this.issueCustomer(session, lifetimes);
  }

  /** Ends the session of a refresh token, if it belongs to that customer. */
  async endByRefreshToken(customerId: string, refreshToken: string): Promise<void> {
    const claim = this.refreshTokens.read(this.tenants.current, refreshToken);
    if (!claim) return;
    await this.database.rows(sql.endSession, [this.tenants.current, claim.sessionId, this.clock.now(), customerId]);
  }

  /**
   * Starts the session of a service or an employee; it has no refresh token and ends with its access token.
   *
   * @param lifetime in seconds
   * @throws Failure `client_refused` if the client was removed
   */
  async startStaff(
    kind: 'service' | 'employee',
    subject: string,
    clientId: string | undefined,
    scope: string,
    lifetime = this.tenants.settings.lifetimes.serviceAccess,
  ): Promise<AccessOnly> {
    const tenant = this.tenants.current;
    const employeeId = kind === 'employee' ? subject : undefined;
    const id = await this.startWithoutRefresh({ kind, clientId, employeeId }, lifetime);
    if (!id) throw new Failure('client_refused', { facts: clientId ? { client: clientId } : {} });
    const accessToken = this.tokens.sign(
      { aud: tenant, sub: subject, kind, sid: id, session_id: id, client_id: clientId, scope },
      lifetime,
    );
    return { accessToken, expiresIn: lifetime, sessionId: id, scope };
  }

  /**
   * Starts a session in which an employee acts for a customer. It has no refresh token. It ends with its access token,
   * or when the sessions of the employee are ended.
   *
   * @throws Failure `login_refused` if the customer may not log in, `token_invalid` if the client was removed
   */
  async startActing(customerId: string, employeeId: string, clientId: string | undefined): Promise<AccessOnly> {
    const tenant = this.tenants.current;
    const { actingAccess } = this.tenants.settings.lifetimes;
    const scope = `${customerScopes} tenant=${tenant}`;
    const who = { kind: 'customer' as const, customerId, clientId, employeeId, ...requestOrigin() };
    const id = await this.startWithoutRefresh(who, actingAccess);
    if (!id) throw new Failure('token_invalid');
    await this.sessionCheck.check(id).catch((error: unknown) => {
      throw new Failure('login_refused', { cause: error });
    });
    const claims = { sub: customerId, kind: 'customer' as const, act: { sub: employeeId }, client_id: clientId, scope };
    const accessToken = this.tokens.sign({ aud: tenant, sid: id, session_id: id, ...claims }, actingAccess);
    return { accessToken, expiresIn: actingAccess, sessionId: id, scope };
  }

  /** Ends every session of an employee, and those in which the employee acts for customers. */
  async endAllOfEmployee(employeeId: string): Promise<void> {
    await this.endAll(sql.endAllOfEmployee, employeeId);
  }

  /** Ends every session of a client: those of a service, or of all visitors and customers of a storefront. */
  async endAllOfClient(clientId: string): Promise<void> {
    await this.endAll(sql.endAllOfClient, clientId);
  }

  /**
   * Ends one session. Its access and refresh tokens become invalid.
   *
   * @throws Failure `token_invalid` if they are already invalid
   */
  async end(id: string): Promise<void> {
    const ended = await this.database.rows(sql.endSession, [this.tenants.current, id, this.clock.now(), null]);
    if (ended.length === 0) throw new Failure('token_invalid');
  }

  /**
   * Ends one session of a customer. Its access and refresh tokens become invalid.
   *
   * @param id as the customer sent it; not validated
   * @throws Failure `session_not_found` if it is not a session of the customer, or has already ended
   */
  async endOneOf(customerId: string, id: string): Promise<void> {
    const which = [this.tenants.current, id, this.clock.now(), customerId];
    const ended = isUuid(id) ? await this.database.rows(sql.endSession, which) : [];
    if (ended.length === 0) throw new Failure('session_not_found', { facts: { session: id } });
    this.securityLog.record('session_ended', { customer: customerId });
  }

  /** Ends every session of a customer except `but`. Joins the caller's transaction. */
  async endAllOf(customerId: string, but?: string): Promise<void> {
    await this.endAll(sql.endAllOfCustomer, customerId, but);
  }

  private async endAll(statement: Statement, whose: string, but: string | null = null): Promise<void> {
    await this.database.rows(statement, [this.tenants.current, whose, this.clock.now(), but]);
  }

  /** @returns the id of the session; undefined if the client was removed */
  private async startWithoutRefresh(
    who: Partial<Pick<Session, 'clientId' | 'customerId' | 'employeeId' | 'device' | 'origin'>> & Pick<Session, 'kind'>,
    lifetime: number,
  ): Promise<string | undefined> {
    const id = randomUUID();
    const { kind, clientId = null, customerId = null, employeeId = null, device = null, origin = null } = who;
    const values = [this.tenants.current, id, kind, clientId, customerId, employeeId, device, origin];
    const times = [this.clock.now(), this.clock.in(lifetime)];
    const started = await this.database.rows(sql.startWithoutRefresh, [...values, ...times]);
    return started.length > 0 ? id : undefined;
  }

  /** Starts the stand-in of a visitor's session that has one. */
  private async withStandIn(session: sql.SessionRow): Promise<sql.SessionRow> {
    if (session.stand_in) {
      const values = [this.tenants.current, session.id, session.stand_in, this.clock.now()];
      await this.database.rows(sql.startStandIn, values);
    }
    return session;
  }

  /** @throws Failure `refresh_refused`, `invalid_input`. A token that is replayed after the grace ends its session. */
  private async rotate(
    kind: 'anonymous' | 'customer',
    refreshToken: string,
    lifetime: number,
    clientId: string,
    legalEntityId?: string,
  ): Promise<sql.SessionRow> {
    const tenant = this.tenants.current;
    const claim = this.refreshTokens.read(tenant, refreshToken);
    if (!claim) throw new Failure('refresh_refused');
    const { sessionId, generation } = claim;
    const [now, grace] = [this.clock.now(), this.clock.in(-GRACE_SECONDS)];
    const request = {
      ...{ tenant, session: sessionId, generation, kind, client: clientId, company: legalEntityId },
      ...{ now, grace, ends: this.clock.in(lifetime) },
    };
    const session = await this.batcher.load<sql.SessionRow>(sql.rotateRefreshToken[kind], request, sessionId);
    if (session) {
      const customer = session.customer_id ?? undefined;
      if (session.refresh_retried) this.securityLog.record('refresh_retried', { customer, session: sessionId });
      return session;
    }
    const which = [tenant, sessionId, generation, now, grace];
    const [replayed] = await this.database.rows<{ customer_id: string | null }>(sql.endReplayedSession, which);
    if (replayed) this.securityLog.record('refresh_replayed', { customer: replayed.customer_id ?? undefined });
    if (legalEntityId && (await this.batcher.load(sql.mayRefresh, request))) {
      throw invalid('legalEntityId', 'The customer is not assigned to this legalEntityId');
    }
    throw new Failure('refresh_refused');
  }

  private issueAnonymous(session: sql.SessionRow): IssuedTokens {
    const { anonymousAccess, anonymousRefresh } = this.tenants.settings.lifetimes;
    const tenant = this.tenants.current;
    return this.issue(session, anonymousAccess, anonymousRefresh, {
      sub: session.stand_in ?? session.public_id,
      kind: 'anonymous',
      scope: `tenant=${tenant}`,
    });
  }

  private issueCustomer(session: sql.SessionRow, lifetimes: TokenLifetimes): IssuedTokens {
    if (!session.customer_id) throw new Error('A customer session without a customer');
    return this.issue(session, lifetimes.access, lifetimes.refresh, {
      sub: session.customer_id,
      kind: 'customer',
      scope: `${scopesIn(session.company_group)} tenant=${this.tenants.current}`,
      legal_entity_id: session.legal_entity_id ?? undefined,
    });
  }

  private issue(
    session: sql.SessionRow,
    accessLifetime: number,
    refreshLifetime: number,
    who: Pick<AccessClaims, 'sub' | 'kind' | 'scope' | 'legal_entity_id'>,
  ): IssuedTokens {
    const tenant = this.tenants.current;
    const left = Math.floor((Date.parse(session.expires_at) - this.clock.now().getTime()) / 1000);
    const expiresIn = Math.min(accessLifetime, left);
    const sessionId = session.stand_in ?? session.public_id;
    const accessToken = this.tokens.sign(
      {
        aud: tenant,
        sid: session.stand_in ?? session.id,
        session_id: sessionId,
        client_id: session.client_id ?? undefined,
        ...who,
      },
      expiresIn,
    );
    const claim = { sessionId: session.id, generation: session.refresh_generation };
    return {
      accessToken,
      expiresIn,
      refreshToken: this.refreshTokens.write(tenant, claim),
      refreshExpiresIn: Math.min(refreshLifetime, left),
      sessionId,
      scope: who.scope,
    };
  }
}

/** The device and the network address of the current request. */
function requestOrigin(): Pick<Session, 'device' | 'origin'> {
  const { userAgent, address } = RequestScope.current?.origin ?? {};
  return { device: deviceOf(userAgent), origin: address ?? null };
}
