import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure, invalid } from '../common/failure.js';
import { isUuid } from '../common/uuid.js';
import { Database, type Statement, retriedAfterDeadlock } from '../database/database.js';
import { SharedStatements } from '../database/shared-statements.js';
import { SecurityLog } from '../history/security-log.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type AccessClaims, AccessTokens } from './access-tokens.js';
import { customerScopes, scopesIn } from './customer-scopes.js';
import { deviceOf } from './device.js';
import { RefreshTokens } from './refresh-tokens.js';
import { Session, SessionContext } from './session.entity.js';
import * as sql from './sessions.sql.js';

/** A refresh token is taken once more within this time: two tabs, or an answer that got lost (RFC 9700 4.14.2). */
const GRACE_SECONDS = 10;

/** What a client gets when a session starts or goes on. Lifetimes are in seconds. */
export interface IssuedTokens {
  accessToken: string;
  expiresIn: number;
  refreshToken: string;
  refreshExpiresIn: number;
  /** The session id that clients see. */
  sessionId: string;
  scope: string;
}

/** How long tokens live, in seconds: a dialect's or a tenant's decision. */
export interface Spans {
  access: number;
  refresh: number;
}

/** How a customer's session starts: out of a visitor's session, by its id, or at a client. */
export interface Start {
  from: { visitor: string } | { client: string };
  spans: Spans;
}

/** Where there is nothing to carry on with. */
export type AccessOnly = Omit<IssuedTokens, 'refreshToken' | 'refreshExpiresIn'>;

/** Sessions and their tokens: started, carried on, ended. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
    private readonly shared: SharedStatements,
    private readonly tenants: TenantsService,
    private readonly tokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
    private readonly securityLog: SecurityLog,
    private readonly clock: Clock,
  ) {}

  /** Starts a visitor's session. */
  async startAnonymous(clientId: string, context: SessionContext): Promise<IssuedTokens> {
    const { anonymousSession, anonymousRefresh } = this.tenants.settings.lifetimes;
    const id = randomUUID();
    const expiresAt = this.clock.in(anonymousSession);
    await this.shared.ask(sql.startAnonymous, {
      ...{ tenant: this.tenants.current, id, client: clientId, context },
      ...{ now: this.clock.now(), ends: expiresAt, refresh_ends: this.clock.in(anonymousRefresh) },
    });
    return this.issueAnonymous({
      id,
      public_id: id,
      client_id: clientId,
      refresh_generation: 0,
      expires_at: expiresAt.toISOString(),
    });
  }

  /** Carries a visitor's session on: a new access token, a new refresh token, the same session id. */
  async refreshAnonymous(clientId: string, refreshToken: string): Promise<IssuedTokens> {
    const { anonymousRefresh } = this.tenants.settings.lifetimes;
    return this.issueAnonymous(await this.rotate('anonymous', refreshToken, anonymousRefresh, clientId));
  }

  /** An access token for a visitor's session that lives, without a refresh token. */
  async renewAnonymous(sessionId: string, clientId: string): Promise<Omit<IssuedTokens, 'refreshToken'>> {
    const session = await this.em.findOne(Session, { id: sessionId, kind: 'anonymous', clientId, endedAt: null });
    if (!session || session.expiresAt <= this.clock.now()) throw new Failure('refresh_refused');
    return this.issueAnonymous({
      id: session.id,
      public_id: session.publicId,
      client_id: clientId,
      refresh_generation: session.refreshGeneration,
      expires_at: session.expiresAt.toISOString(),
    });
  }

  /**
   * Starts a customer's session. Out of a visitor's, the session id passes to the customer; it passes once: a second
   * customer who logs in with the same anonymous token gets an id of its own.
   *
   * @param passwordHash what the password was compared with; null where something else has proven who it is
   * @throws Failure `token_invalid` when the visitor's session is dead, `login_refused` when the customer may no longer
   * log in, or the password was changed meanwhile
   */
  async startCustomer(customerId: string, passwordHash: string | null, { from, spans }: Start): Promise<IssuedTokens> {
    const { customerSession } = this.tenants.settings.lifetimes;
    const visitor = 'visitor' in from ? from.visitor : null;
    const { device, origin } = whence();
    const start = {
      ...{ tenant: this.tenants.current, id: randomUUID(), customer: customerId, visitor, hash: passwordHash },
      ...{ client: 'client' in from ? from.client : null, device, origin },
      ...{ now: this.clock.now(), ends: this.clock.in(customerSession), refresh_ends: this.clock.in(spans.refresh) },
    };
    const asked = (): Promise<sql.SessionRow | undefined> => this.shared.ask(sql.startCustomer, start, customerId);
    const session = await retriedAfterDeadlock(asked);
    if (session) return this.issueCustomer(session, spans);
    if (visitor) await this.check(visitor);
    throw new Failure('login_refused');
  }

  /**
   * Carries a customer's session on.
   *
   * @param clientId the client that asks: a refresh token is good for the one it was given to (RFC 6749 10.4)
   * @param legalEntityId the company to act for from now on; without it, the same as before
   * @throws Failure `refresh_refused`; `invalid_input` when the customer does not belong to the company: then the
   * refresh token is not used up
   */
  async refreshCustomer(
    refreshToken: string,
    spans: Spans,
    clientId: string,
    legalEntityId?: string,
  ): Promise<IssuedTokens> {
    const session = await this.rotate('customer', refreshToken, spans.refresh, clientId, legalEntityId);
    return this.issueCustomer(session, spans);
  }

  /**
   * Whether a client may name a visitor's session, to carry it on: one that lives, and has passed to nobody.
   *
   * @param publicId as the client names it, which may be anything
   */
  async isFree(publicId: string): Promise<boolean> {
    if (!isUuid(publicId)) return false;
    const where = { id: publicId, kind: 'anonymous' as const, passedTo: null, endedAt: null };
    return (await this.em.count(Session, { ...where, expiresAt: { $gt: this.clock.now() } })) > 0;
  }

  /** Ends the session that a refresh token carries on, if it is that customer's. */
  async endByRefreshToken(customerId: string, refreshToken: string): Promise<void> {
    const claim = this.refreshTokens.read(this.tenants.current, refreshToken);
    if (!claim) return;
    await this.database.rows(sql.endSession, [this.tenants.current, claim.sessionId, this.clock.now(), customerId]);
  }

  /**
   * Starts the session of a service or an employee; it has no refresh token and ends with its access token.
   *
   * @param lifetime in seconds
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
    const id = await this.insert({ kind, clientId, employeeId }, lifetime);
    const accessToken = this.tokens.sign(
      { aud: tenant, sub: subject, kind, sid: id, session_id: id, client_id: clientId, scope },
      lifetime,
    );
    return { accessToken, expiresIn: lifetime, sessionId: id, scope };
  }

  /**
   * Starts a session in which an employee acts for a customer. It has no refresh token, and ends with its access token,
   * or when the employee is shut out.
   *
   * @throws Failure `login_refused` when the customer may not log in
   */
  async startActing(customerId: string, employeeId: string, clientId: string | undefined): Promise<AccessOnly> {
    const tenant = this.tenants.current;
    const { actingAccess } = this.tenants.settings.lifetimes;
    const scope = `${customerScopes} tenant=${tenant}`;
    const id = await this.insert({ kind: 'customer', customerId, clientId, employeeId, ...whence() }, actingAccess);
    await this.check(id).catch((error: unknown) => {
      throw new Failure('login_refused', { cause: error });
    });
    const who = { sub: customerId, kind: 'customer' as const, act: { sub: employeeId }, client_id: clientId, scope };
    const accessToken = this.tokens.sign({ aud: tenant, sid: id, session_id: id, ...who }, actingAccess);
    return { accessToken, expiresIn: actingAccess, sessionId: id, scope };
  }

  /** Ends every session of an employee, and those in which the employee acts for customers. */
  async endAllOfEmployee(employeeId: string): Promise<void> {
    await this.endAll(sql.endAllOfEmployee, employeeId);
  }

  /** Ends every session of a client: a service's own, or of all who came through a storefront. */
  async endAllOfClient(clientId: string): Promise<void> {
    await this.endAll(sql.endAllOfClient, clientId);
  }

  /**
   * Asks whether a session still lives, and in the same round trip what the route wants to know of it.
   *
   * @throws Failure `token_invalid` when it has ended, or its customer may not use it
   */
  async check(id: string, load?: sql.Load): Promise<unknown> {
    // Text that PostgreSQL cannot store is refused when the caller is known.
    const value = load?.value?.replaceAll('\0', '').toWellFormed();
    const values = { tenant: this.tenants.current, session: id, now: this.clock.now(), value };
    const row = await this.shared.ask<{ loaded: unknown }>(sql.checkCaller(load), values);
    if (!row) throw new Failure('token_invalid');
    return row.loaded;
  }

  /**
   * Ends one session: its access and refresh tokens are dead from now on.
   *
   * @throws Failure `token_invalid` when they were already
   */
  async end(id: string): Promise<void> {
    const ended = await this.database.rows(sql.endSession, [this.tenants.current, id, this.clock.now(), null]);
    if (ended.length === 0) throw new Failure('token_invalid');
  }

  /**
   * Ends one session of a customer: its access and refresh tokens are dead from now on.
   *
   * @param id as the customer names it, which may be anything
   * @throws Failure `session_not_found` when it is none of the customer's, or was dead already
   */
  async endOneOf(customerId: string, id: string): Promise<void> {
    const which = [this.tenants.current, id, this.clock.now(), customerId];
    const ended = isUuid(id) ? await this.database.rows(sql.endSession, which) : [];
    if (ended.length === 0) throw new Failure('session_not_found', { facts: { session: id } });
    this.securityLog.tell('session_ended', { customer: customerId });
  }

  /** Ends every session of a customer, but for the one named. Joins the caller's transaction. */
  async endAllOf(customerId: string, but?: string): Promise<void> {
    await this.endAll(sql.endAllOfCustomer, customerId, but);
  }

  private async endAll(statement: Statement, whose: string, but: string | null = null): Promise<void> {
    await this.database.rows(statement, [this.tenants.current, whose, this.clock.now(), but]);
  }

  /** A session without a refresh token. @returns its id */
  private async insert(
    who: Partial<Pick<Session, 'clientId' | 'customerId' | 'employeeId' | 'device' | 'origin'>> & Pick<Session, 'kind'>,
    lifetime: number,
  ): Promise<string> {
    const id = randomUUID();
    await this.em.insert(Session, {
      tenant: this.tenants.current,
      id,
      ...who,
      publicId: id,
      context: {},
      createdAt: this.clock.now(),
      expiresAt: this.clock.in(lifetime),
      refreshedAt: this.clock.now(),
      refreshExpiresAt: this.clock.now(),
    });
    return id;
  }

  /** @throws Failure `refresh_refused`, `invalid_input`; a token replayed outside the grace ends its session */
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
    const comer = {
      ...{ tenant, session: sessionId, generation, kind, client: clientId, company: legalEntityId },
      ...{ now, grace, ends: this.clock.in(lifetime) },
    };
    const session = await this.shared.ask<sql.SessionRow>(sql.rotateRefreshToken, comer, sessionId);
    if (session) return session;
    const which = [tenant, sessionId, generation, now, grace];
    const [replayed] = await this.database.rows<{ customer_id: string | null }>(sql.endReplayedSession, which);
    if (replayed) this.securityLog.tell('refresh_replayed', { customer: replayed.customer_id ?? undefined });
    if (legalEntityId && (await this.shared.ask(sql.mayRefresh, comer))) {
      throw invalid('legalEntityId', 'The customer is not assigned to this legalEntityId');
    }
    throw new Failure('refresh_refused');
  }

  private issueAnonymous(session: sql.SessionRow): IssuedTokens {
    const { anonymousAccess, anonymousRefresh } = this.tenants.settings.lifetimes;
    const tenant = this.tenants.current;
    return this.issue(session, anonymousAccess, anonymousRefresh, {
      sub: session.public_id,
      kind: 'anonymous',
      scope: `tenant=${tenant}`,
    });
  }

  private issueCustomer(session: sql.SessionRow, spans: Spans): IssuedTokens {
    if (!session.customer_id) throw new Error('A customer session without a customer');
    return this.issue(session, spans.access, spans.refresh, {
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
    const accessToken = this.tokens.sign(
      {
        aud: tenant,
        sid: session.id,
        session_id: session.public_id,
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
      sessionId: session.public_id,
      scope: who.scope,
    };
  }
}

/** Where a session begins, as far as the request tells. */
function whence(): Pick<Session, 'device' | 'origin'> {
  const { userAgent, address } = RequestScope.current?.origin ?? {};
  return { device: deviceOf(userAgent), origin: address ?? null };
}
