import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type AliasedRawBuilder, type Kysely, sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { legalEntityAtLogin } from '../companies/companies.fragments.js';
import { accountsOf } from '../credentials/credentials.fragments.js';
import { Failure, invalid } from '../common/failure.js';
import { networkOf } from '../common/network-address.js';
import { isUuid } from '../common/uuid.js';
import { requestRow, retriedAfterDeadlock, transaction } from '../database/database.js';
import { QueryBatcher } from '../database/query-batcher.js';
import { SecurityLog } from '../history/security-log.js';
import { referenceOf } from '../customers/customers.fragments.js';
import { clientExists } from '../tenants/clients.sql.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { Caller } from './access/caller.js';
import { sessionIsValid, mayLogIn } from './access/session-check.sql.js';
import { SessionCheck } from './access/session-check.js';
import { customerScopes } from './customer-scopes.js';
import { deviceOf } from './device.js';
import { type AccessOnly, type IssuedTokens, SessionTokens, type TokenLifetimes } from './signing/session-tokens.js';
import { Session, SessionContext, type SessionTables } from './session.entity.js';
import * as statements from './sessions.sql.js';
import type { SessionRow } from './sessions.sql.js';

/**
 * For this time after its first use, a replaced refresh token gets the same next one again, for parallel requests and
 * lost responses (RFC 9700 4.14.2).
 */
const GRACE_SECONDS = 10;

/** The start of a customer's session: from a visitor's session, by its id, or at a client. */
export interface SessionStart {
  from: { visitor: string } | { client: string };
  lifetimes: TokenLifetimes;
  /** The origin of the login; stored with the session. */
  origin: Origin;
}

/** A customer who logs in. */
export interface AuthenticatedCustomer {
  customerId: string;
  /** The hash that the password was compared with; absent if the customer was authenticated in another way. */
  passwordHash?: string | null;
  /** Whether to compare the network of the login with the known networks of the customer. */
  checksNetwork?: boolean;
}

/** The lifetimes of an employee's session in seconds. A refresh does not extend the session. */
export interface EmployeeLifetimes extends TokenLifetimes {
  session: number;
}

/** The start of the session of an agent, or of one in which the agent acts for a customer. It can be refreshed. */
export interface AgentSessionStart {
  client: string;
  lifetimes: TokenLifetimes;
}

/** A session of a customer that is currently valid, for employees. */
export interface CurrentSession {
  id: string;
  device: string | null;
  origin: string | null;
  client: string | null;
  /** Whether an employee acts in it. */
  assisted: boolean;
  createdAt: Date;
  /** The time of the start, or of the last refresh. */
  refreshedAt: Date;
  expiresAt: Date;
}

/** The holder of a session that does not begin with a login of a customer. */
interface SessionHolder
  extends
    Pick<Session, 'kind'>,
    Partial<Pick<Session, 'clientId' | 'customerId' | 'employeeId' | 'device' | 'origin' | 'scope'>> {
  /** Whether the customer acts for the company that a login selects. */
  selectsCompany?: boolean;
}

/** A session that a login has started. */
export interface StartedSession extends IssuedTokens {
  /** Whether the customer had logged in before, but not from the network of this login. False if it is not checked. */
  isNewNetwork: boolean;
}

/** Starts, refreshes and ends sessions with their tokens. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly em: EntityManager,
    private readonly batcher: QueryBatcher,
    private readonly tenants: TenantsService,
    private readonly tokens: SessionTokens,
    private readonly securityLog: SecurityLog,
    private readonly sessionCheck: SessionCheck,
    private readonly clock: Clock,
  ) {}

  /** Starts a visitor's session. @throws Failure `client_unknown` if the client was removed */
  async startAnonymous(clientId: string, context: SessionContext): Promise<IssuedTokens> {
    const { anonymousSession, anonymousRefresh } = this.tenants.settings.lifetimes;
    const id = randomUUID();
    const expiresAt = this.clock.in(anonymousSession);
    const started = await this.batcher.load(statements.startAnonymous, {
      tenant: this.tenants.current,
      id,
      client: clientId,
      context,
      now: this.clock.now(),
      ends: expiresAt,
      refresh_ends: this.clock.in(anonymousRefresh),
    });
    if (!started) throw new Failure('client_unknown');
    return this.tokens.issueAnonymous({
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
   * @param context replaces values of the anonymous login
   * @throws Failure `refresh_rejected`
   */
  async refreshAnonymous(clientId: string, refreshToken: string, context: SessionContext = {}): Promise<IssuedTokens> {
    const { anonymousRefresh } = this.tenants.settings.lifetimes;
    const session = await this.rotate('anonymous', refreshToken, anonymousRefresh, clientId, { context });
    return this.tokens.issueAnonymous(await this.withStandIn(session));
  }

  /**
   * The same for a session id, without a new refresh token. Housekeeping removes a session whose tokens have all
   * expired, so this one is kept as long as the new access token.
   *
   * @throws Failure `refresh_rejected`
   */
  async renewAnonymous(
    sessionId: string,
    clientId: string,
    context: SessionContext = {},
  ): Promise<Omit<IssuedTokens, 'refreshToken'>> {
    const end = this.clock.in(this.tenants.settings.lifetimes.anonymousAccess);
    const session = await this.db
      .updateTable('sessions as s')
      .from(this.request())
      .set({
        stand_in: sql.raw(statements.standIn('request.now')),
        context: sql<SessionContext>`s.context || ${JSON.stringify(context)}::jsonb`,
        refresh_expires_at: (eb) => eb.fn<Date>('greatest', ['s.refresh_expires_at', eb.val(end)]),
      })
      .where('s.tenant', '=', this.tenants.current)
      .where('s.id', '=', sessionId)
      .where('s.kind', '=', 'anonymous')
      .where('s.client_id', '=', clientId)
      .where(sql.raw<boolean>(sessionIsValid('request.now')))
      .where(sql.raw<boolean>(clientExists('s.tenant', 's.client_id')))
      .returning(['s.id', 's.public_id', 's.client_id', 's.refresh_generation', 's.stand_in'])
      .returning(sql<string>`s.expires_at`.as('expires_at'))
      .executeTakeFirst();
    if (!session) throw new Failure('refresh_rejected');
    return this.tokens.issueAnonymous(await this.withStandIn(session));
  }

  /**
   * Starts a customer's session. The session id of a visitor's session passes to the customer, once: a second customer
   * who logs in with the same anonymous token gets a new id.
   *
   * @throws Failure `token_invalid` if the visitor's session has ended or its client was removed, `login_rejected` if
   * the customer may no longer log in, or the password was changed meanwhile
   */
  async startCustomer(
    { customerId, passwordHash = null, checksNetwork = false }: AuthenticatedCustomer,
    { from, lifetimes, origin: { userAgent, address } }: SessionStart,
  ): Promise<StartedSession> {
    const { customerSession } = this.tenants.settings.lifetimes;
    const visitor = 'visitor' in from ? from.visitor : null;
    const network = address ? networkOf(address) : null;
    const start = {
      tenant: this.tenants.current,
      id: randomUUID(),
      customer: customerId,
      visitor,
      hash: passwordHash,
      client: 'client' in from ? from.client : null,
      device: deviceOf(userAgent),
      origin: address ?? null,
      network,
      checks_network: checksNetwork,
      now: this.clock.now(),
      ends: this.clock.in(customerSession),
      refresh_ends: this.clock.in(lifetimes.refresh),
    };
    const loadStart = (): Promise<SessionRow | undefined> =>
      this.batcher.load(statements.startCustomer, start, customerId);
    const session = await retriedAfterDeadlock(loadStart);
    if (session) {
      return { ...this.tokens.issueCustomer(session, lifetimes), isNewNetwork: session.is_new_network ?? false };
    }
    if (visitor && !(await this.sessionCheck.check(visitor, statements.clientStillExists)))
      throw new Failure('token_invalid');
    throw new Failure('login_rejected');
  }

  /**
   * Refreshes the session of a customer. With the client of the Glue API, it may also be that of an agent, or one in
   * which an agent acts for a customer.
   *
   * @param clientId the client of the request: a refresh token is bound to the client that got it (RFC 6749 10.4)
   * @param legalEntityId the company to act for from now on; without it, the same as before
   * @throws Failure `refresh_rejected`; `invalid_input` if the customer does not belong to the company: then the refresh
   * token is not replaced
   */
  async refreshCustomer(
    refreshToken: string,
    lifetimes: TokenLifetimes,
    clientId: string,
    legalEntityId?: string,
  ): Promise<IssuedTokens> {
    const session = await this.rotate('customer', refreshToken, lifetimes.refresh, clientId, {
      company: legalEntityId,
    });
    return session.customer_id
      ? this.tokens.issueCustomer(session, lifetimes)
      : this.tokens.issueAgent(session, lifetimes);
  }

  /**
   * Starts another session of a customer, as one of the customer's company users. It expires with the caller's session,
   * which is unchanged.
   *
   * The account is locked, as by a login: a concurrent password reset either ends the caller's session first, or finds
   * and ends the new session.
   *
   * @param user a company user of the customer; the caller has checked that the customer may act as this user
   * @param client the client of the new session, which may differ from that of the caller's
   * @throws Failure `token_invalid` if the caller's session has ended meanwhile
   */
  async startAsCompanyUser(
    { id: customerId, sessionId }: Pick<Caller, 'id' | 'sessionId'>,
    user: Pick<SessionRow, 'legal_entity_id' | 'company_group' | 'company_user'>,
    {
      client,
      lifetimes,
      origin: { userAgent, address },
    }: Pick<SessionStart, 'lifetimes' | 'origin'> & { client: string },
  ): Promise<IssuedTokens> {
    const [id, now] = [sql<string>`${randomUUID()}::uuid`, sql<Date>`${this.clock.now()}::timestamptz`];
    const copied = ['tenant', 'kind', 'customer_id', 'context', 'expires_at'] as const;
    const session = await transaction(this.em, async (em) => {
      await accountsOf(em, this.tenants.current, customerId).forShare().execute();
      return this.db
        .insertInto('sessions')
        .columns([
          ...copied,
          ...(['id', 'public_id', 'created_at', 'refreshed_at', 'refresh_expires_at'] as const),
          ...(['client_id', 'device', 'origin', 'legal_entity_id'] as const),
        ])
        .expression((db) =>
          db
            .selectFrom(['sessions as s', this.request()])
            .select(copied.map((name) => `s.${name}` as const))
            .select([id.as('id'), id.as('public_id'), now.as('created_at'), now.as('refreshed_at')])
            .select(sql<Date>`${this.clock.in(lifetimes.refresh)}::timestamptz`.as('refresh_expires_at'))
            .select(sql<string>`${client}::text`.as('client_id'))
            .select(sql<string | null>`${deviceOf(userAgent)}::text`.as('device'))
            .select(sql<string | null>`${address ?? null}::text`.as('origin'))
            .select(sql<string | null>`${user.legal_entity_id}::text`.as('legal_entity_id'))
            .where('s.tenant', '=', this.tenants.current)
            .where('s.id', '=', sessionId)
            .where(sql.raw<boolean>(sessionIsValid('request.now'))),
        )
        .returning(['id', 'public_id', 'client_id', 'customer_id', 'refresh_generation'])
        .returning(sql.raw<string | null>(referenceOf('sessions.tenant', 'sessions.customer_id')).as('reference'))
        .returning(sql<string>`expires_at`.as('expires_at'))
        .executeTakeFirst();
    });
    if (!session) throw new Failure('token_invalid');
    return this.tokens.issueCustomer({ ...session, ...user }, lifetimes);
  }

  /**
   * Ends the session of a refresh token, if it belongs to the caller. The customer's own sessions do not belong to an
   * employee who acts for the customer.
   */
  async endByRefreshToken(
    { kind, id, actorId }: Pick<Caller, 'kind' | 'id' | 'actorId'>,
    token: string,
  ): Promise<void> {
    const claim = this.tokens.readRefreshToken(token);
    if (!claim) return;
    if (kind === 'customer') await this.endSession(claim.sessionId, { customerId: id, employeeId: actorId });
    if (kind === 'employee') await this.endSession(claim.sessionId, { employeeId: id });
  }

  /**
   * Ends the session of a token, if it is one of an employee or a service, and was issued to the client (RFC 7009 2.1).
   * All tokens of the session become invalid.
   *
   * @param token a refresh token or an access token; any other text is ignored
   */
  async revoke(token: string, clientId: string): Promise<void> {
    const id = this.tokens.sessionIdIn(token);
    if (!id) return;
    const ended = await this.endStatement(id)
      .where('s.kind', 'in', ['employee', 'service'])
      .where('s.client_id', '=', clientId)
      .returning('s.employee_id')
      .executeTakeFirst();
    if (ended) this.securityLog.record('session_ended', { employee: ended.employee_id ?? undefined, client: clientId });
  }

  /**
   * Starts the session of a service; it has no refresh token and ends with its access token.
   *
   * @throws Failure `client_rejected` if the client was removed
   */
  async startService(clientId: string, scope: string): Promise<AccessOnly> {
    const lifetime = this.tenants.settings.lifetimes.serviceAccess;
    const started = await this.insert({ kind: 'service', clientId }, { session: lifetime, refresh: 0 });
    if (!started) throw new Failure('client_rejected', { facts: { client: clientId } });
    const claims = { sub: clientId, kind: 'service' as const, client_id: clientId, scope };
    return this.tokens.issueAccessOnly(started.id, claims, lifetime);
  }

  /**
   * Starts the session of an employee. It also ends when the role, the status or the password of the employee changes.
   *
   * @param scope the scopes of its tokens, separated by spaces
   * @throws Failure `client_rejected` if the client was removed
   */
  async startEmployee(
    employeeId: string,
    clientId: string,
    scope: string,
    lifetimes: EmployeeLifetimes,
  ): Promise<IssuedTokens> {
    const started = await this.insert({ kind: 'employee', clientId, employeeId, scope }, lifetimes);
    if (!started) throw new Failure('client_rejected', { facts: { client: clientId } });
    const ends = this.clock.in(lifetimes.session).toISOString();
    const session = { ...started, public_id: started.id, refresh_generation: 0, expires_at: ends };
    return this.tokens.issueEmployee({ ...session, client_id: clientId, employee_id: employeeId, scope }, lifetimes);
  }

  /**
   * Refreshes the session of an employee.
   *
   * @param clientId the client of the request: a refresh token is bound to the client that got it (RFC 6749 10.4)
   * @param isIssuable whether a stored scope may still be issued
   * @throws Failure `refresh_rejected`
   */
  async refreshEmployee(
    refreshToken: string,
    clientId: string,
    lifetimes: EmployeeLifetimes,
    isIssuable: (scope: string) => boolean,
  ): Promise<IssuedTokens> {
    const session = await this.rotate('employee', refreshToken, lifetimes.refresh, clientId);
    const scope = session.scope?.split(' ').filter(isIssuable).join(' ');
    return this.tokens.issueEmployee({ ...session, scope }, lifetimes);
  }

  /** Starts the session of an agent. It also ends when the role, the status or the password of the employee changes. */
  async startAgent(employeeId: string, { client: clientId, lifetimes }: AgentSessionStart): Promise<IssuedTokens> {
    return this.tokens.issueAgent(
      await this.startRefreshable({ kind: 'employee', clientId, employeeId }, lifetimes),
      lifetimes,
    );
  }

  /**
   * Starts a session in which an agent acts for a customer, who need not have confirmed the e-mail yet. The customer
   * acts for the company that a login selects. The session also ends when the sessions of the employee are ended.
   *
   * @throws Failure `login_rejected` if the customer is inactive or on hold
   */
  async startActingAsAgent(
    customerId: string,
    { id: employeeId }: Pick<Caller, 'id'>,
    { client: clientId, lifetimes }: AgentSessionStart,
    { userAgent, address }: Origin,
  ): Promise<IssuedTokens> {
    const from = { device: deviceOf(userAgent), origin: address ?? null };
    const who = { kind: 'customer' as const, customerId, clientId, employeeId, selectsCompany: true, ...from };
    const session = await this.startRefreshable(who, lifetimes);
    await this.checkStarted(session.id);
    return this.tokens.issueCustomer(session, lifetimes);
  }

  /**
   * Starts a session in which an employee acts for a customer, with the client of the employee. It has no refresh
   * token. It ends with its access token, or when the sessions of the employee are ended.
   *
   * @throws Failure `login_rejected` if the customer may not log in, `token_invalid` if the client was removed
   */
  async startActing(
    customerId: string,
    { id: employeeId, clientId }: Pick<Caller, 'id' | 'clientId'>,
    { userAgent, address }: Origin,
  ): Promise<AccessOnly> {
    const { actingAccess } = this.tenants.settings.lifetimes;
    const from = { device: deviceOf(userAgent), origin: address ?? null };
    const who = { kind: 'customer' as const, customerId, clientId, employeeId, ...from };
    const started = await this.insert(who, { session: actingAccess, refresh: 0 });
    if (!started) throw new Failure('token_invalid');
    if (!(await this.checkStarted(started.id))) throw new Failure('login_rejected');
    const scope = `${customerScopes} tenant=${this.tenants.current}`;
    const claims = { sub: customerId, kind: 'customer' as const, act: { sub: employeeId }, client_id: clientId, scope };
    return this.tokens.issueAccessOnly(started.id, claims, actingAccess);
  }

  /** Lists the current sessions of a customer, newest first; the database stores at most 200. */
  async listOf(customerId: string): Promise<CurrentSession[]> {
    const sessions = await this.db
      .selectFrom(['sessions as s', this.request()])
      .select(['s.id', 's.device', 's.origin', 's.client_id as client'])
      .select((eb) => eb('s.employee_id', 'is not', null).as('assisted'))
      .select([
        sql<string>`s.created_at`.as('created_at'),
        sql<string>`s.refreshed_at`.as('refreshed_at'),
        sql<string>`s.expires_at`.as('expires_at'),
      ])
      .where('s.tenant', '=', this.tenants.current)
      .where('s.customer_id', '=', customerId)
      .where(sql.raw<boolean>(sessionIsValid('request.now')))
      .orderBy('s.created_at', 'desc')
      .orderBy('s.id')
      .execute();
    return sessions.map(({ created_at, refreshed_at, expires_at, assisted, ...session }) => ({
      ...session,
      assisted: Boolean(assisted),
      createdAt: new Date(created_at),
      refreshedAt: new Date(refreshed_at),
      expiresAt: new Date(expires_at),
    }));
  }

  /** Ends every session of an employee except `but`, and those in which the employee acts for customers. */
  async endAllOfEmployee(employeeId: string, but?: string): Promise<void> {
    await this.endAll('employee_id', employeeId, but);
  }

  /** Ends every session of a client: those of a service, or of all visitors and customers of a storefront. */
  async endAllOfClient(clientId: string): Promise<void> {
    await this.endAll('client_id', clientId);
  }

  /**
   * Ends one session. Its access and refresh tokens become invalid.
   *
   * @throws Failure `token_invalid` if they are already invalid
   */
  async end(id: string): Promise<void> {
    if (!(await this.endSession(id))) throw new Failure('token_invalid');
  }

  /**
   * Ends one session of a customer. Its access and refresh tokens become invalid.
   *
   * @param id as the customer sent it; not validated
   * @throws Failure `session_not_found` if it is not a session of the customer, or has already ended
   */
  async endOneOf(customerId: string, id: string): Promise<void> {
    const ended = isUuid(id) && (await this.endSession(id, { customerId }));
    if (!ended) throw new Failure('session_not_found', { facts: { session: id } });
    this.securityLog.record('session_ended', { customer: customerId });
  }

  /** Ends every session of a customer except `but`. Joins the caller's transaction. */
  async endAllOf(customerId: string, but?: string): Promise<void> {
    await this.endAll('customer_id', customerId, but);
  }

  /** @returns false if the session had ended before, or does not belong to its owner */
  private async endSession(
    id: string,
    { customerId, employeeId }: { customerId?: string; employeeId?: string } = {},
  ): Promise<boolean> {
    const ended = await this.endStatement(id)
      .$if(customerId !== undefined, (update) => update.where('s.customer_id', '=', customerId ?? null))
      .$if(employeeId !== undefined, (update) => update.where('s.employee_id', '=', employeeId ?? null))
      .returning('s.id')
      .executeTakeFirst();
    return ended !== undefined;
  }

  /** The statement that ends a session that is valid. */
  private endStatement(id: string) {
    return this.db
      .updateTable('sessions as s')
      .from(this.request())
      .set({ ended_at: this.clock.now() })
      .where('s.tenant', '=', this.tenants.current)
      .where('s.id', '=', id)
      .where(sql.raw<boolean>(sessionIsValid('request.now')));
  }

  /** Locks the sessions in the same order as a batch of refreshes, so that the two never deadlock. */
  private async endAll(owner: 'customer_id' | 'client_id' | 'employee_id', id: string, but?: string): Promise<void> {
    const tenant = this.tenants.current;
    await this.db
      .with('owned', (db) =>
        db
          .selectFrom('sessions')
          .select('id')
          .where('tenant', '=', tenant)
          .where(owner, '=', id)
          .where('ended_at', 'is', null)
          .$if(but !== undefined, (query) => query.where('id', '!=', but ?? ''))
          .orderBy('id')
          .forNoKeyUpdate(),
      )
      .updateTable('sessions as s')
      .from('owned')
      .set({ ended_at: this.clock.now() })
      .where('s.tenant', '=', tenant)
      .whereRef('s.id', '=', 'owned.id')
      .execute();
  }

  /** Starts a session that lasts as long as those of customers. Its client is built in. */
  private async startRefreshable(who: SessionHolder, { refresh }: TokenLifetimes): Promise<SessionRow> {
    const { customerSession: session } = this.tenants.settings.lifetimes;
    const started = await this.insert(who, { session, refresh });
    if (!started) throw new Error(`The client ${who.clientId} is not built in`);
    return {
      ...started,
      public_id: started.id,
      refresh_generation: 0,
      expires_at: this.clock.in(session).toISOString(),
      client_id: who.clientId ?? null,
      customer_id: who.customerId,
      employee_id: who.employeeId,
    };
  }

  /**
   * Checks a session in which an employee acts for a customer, right after its start.
   *
   * @returns whether the customer may log in
   * @throws Failure `login_rejected` if no employee may act for the customer
   */
  private async checkStarted(id: string): Promise<unknown> {
    return this.sessionCheck.check(id, mayLogIn).catch((error: unknown) => {
      throw new Failure('login_rejected', { cause: error });
    });
  }

  /**
   * @param lifetimes of the session and of its first refresh token, in seconds; 0 if it has none
   * @returns the id of the session, the reference of its customer and the company; undefined if the client was removed
   */
  private async insert(
    who: SessionHolder,
    lifetimes: { session: number; refresh: number },
  ): Promise<Pick<SessionRow, 'id' | 'reference' | 'legal_entity_id' | 'company_user'> | undefined> {
    const [id, now] = [randomUUID(), this.clock.now()];
    const row = {
      tenant: ['text', this.tenants.current],
      kind: ['text', who.kind],
      id: ['uuid', id],
      public_id: ['uuid', id],
      client_id: ['text', who.clientId],
      customer_id: ['text', who.customerId],
      employee_id: ['uuid', who.employeeId],
      device: ['text', who.device],
      origin: ['text', who.origin],
      scope: ['text', who.scope],
      created_at: ['timestamptz', now],
      expires_at: ['timestamptz', this.clock.in(lifetimes.session)],
      refreshed_at: ['timestamptz', now],
      refresh_expires_at: ['timestamptz', this.clock.in(lifetimes.refresh)],
    } satisfies Record<string, [string, unknown]>;
    const company = who.selectsCompany ? legalEntityAtLogin('request.tenant', 'request.customer_id') : 'null';
    return this.db
      .insertInto('sessions')
      .columns([...(Object.keys(row) as (keyof typeof row)[]), 'legal_entity_id'])
      .expression((db) =>
        db
          .selectFrom(requestRow(row).as('request'))
          .selectAll()
          .select(sql.raw<string | null>(company).as('legal_entity_id'))
          .where(sql.raw<boolean>(clientExists('request.tenant', 'request.client_id'))),
      )
      .returning(['id', 'legal_entity_id'])
      .returning(sql.raw<string | null>(referenceOf('sessions.tenant', 'sessions.customer_id')).as('reference'))
      .returning(sql.raw<string | null>(statements.companyUserOf('sessions')).as('company_user'))
      .executeTakeFirst();
  }

  /**
   * Starts the stand-in of a visitor's session that has one, or keeps the one that is there. Its refresh token is that
   * of the visitor's session.
   */
  private async withStandIn(session: SessionRow): Promise<SessionRow> {
    if (!session.stand_in) return session;
    const id = sql<string>`${session.stand_in}::uuid`;
    const now = sql<Date>`${this.clock.now()}::timestamptz`;
    await this.db
      .insertInto('sessions')
      .columns([
        ...(['tenant', 'id', 'kind', 'public_id', 'client_id', 'context'] as const),
        ...(['created_at', 'expires_at', 'refreshed_at', 'refresh_expires_at'] as const),
      ])
      .expression((db) =>
        db
          .selectFrom('sessions')
          .select(['tenant', id.as('id'), 'kind', id.as('public_id'), 'client_id', 'context'])
          .select([now.as('created_at'), 'expires_at', now.as('refreshed_at'), 'refresh_expires_at'])
          .where('tenant', '=', this.tenants.current)
          .where('id', '=', session.id)
          .where('kind', '=', 'anonymous'),
      )
      .onConflict((conflict) =>
        conflict.columns(['tenant', 'id']).doUpdateSet((eb) => ({
          context: eb.ref('excluded.context'),
          refreshed_at: eb.ref('excluded.refreshed_at'),
          refresh_expires_at: eb.ref('excluded.refresh_expires_at'),
        })),
      )
      .execute();
    return session;
  }

  /** @throws Failure `refresh_rejected`, `invalid_input`. A token that is replayed after the grace ends its session. */
  private async rotate(
    kind: 'anonymous' | 'customer' | 'employee',
    refreshToken: string,
    lifetime: number,
    clientId: string,
    { company, context = {} }: { company?: string; context?: SessionContext } = {},
  ): Promise<SessionRow> {
    const tenant = this.tenants.current;
    const claim = this.tokens.readRefreshToken(refreshToken);
    if (!claim) throw new Failure('refresh_rejected');
    const { sessionId, generation } = claim;
    const [now, grace] = [this.clock.now(), this.clock.in(-GRACE_SECONDS)];
    const request = {
      tenant,
      session: sessionId,
      generation,
      client: clientId,
      company,
      context,
      now,
      grace,
      ends: this.clock.in(lifetime),
    };
    const session = await this.batcher.load<SessionRow>(statements.rotateRefreshToken[kind], request, sessionId);
    if (session) {
      if (session.refresh_retried)
        this.securityLog.record('refresh_retried', { ...ownersOf(session), session: sessionId });
      return session;
    }
    await this.endReplayed(sessionId, generation, grace);
    if (company && (await this.isRefreshable(request))) {
      throw invalid('legalEntityId', 'The customer is not assigned to this legalEntityId');
    }
    throw new Failure('refresh_rejected');
  }

  /**
   * Ends the session whose refresh token is used again after the grace period, with its stand-in: one of two holders
   * stole the token. Within the grace period a token that was replaced twice is only rejected, because a third tab
   * looks the same.
   *
   * @param generation that of the token
   * @param grace the start of the grace period
   */
  private async endReplayed(sessionId: string, generation: number, grace: Date): Promise<void> {
    const [tenant, now] = [this.tenants.current, this.clock.now()];
    const replayed = await this.db
      .with('replayed', (db) =>
        db
          .updateTable('sessions')
          .set({ ended_at: now })
          .where('tenant', '=', tenant)
          .where('id', '=', sessionId)
          .where('ended_at', 'is', null)
          .where('refresh_generation', '>', generation)
          .where('refreshed_at', '<=', grace)
          .returning(['customer_id', 'employee_id', 'stand_in']),
      )
      .with('stand_in', (db) =>
        db
          .updateTable('sessions as s')
          .from('replayed')
          .set({ ended_at: now })
          .where('s.tenant', '=', tenant)
          .whereRef('s.id', '=', 'replayed.stand_in')
          .where('s.ended_at', 'is', null),
      )
      .selectFrom('replayed')
      .select(['customer_id', 'employee_id'])
      .executeTakeFirst();
    if (replayed) this.securityLog.record('refresh_replayed', ownersOf(replayed));
  }

  /** Whether a refresh token is valid, and was rejected only because of the company. */
  private async isRefreshable(request: Record<keyof typeof statements.refreshRequest, unknown>): Promise<boolean> {
    const columns = Object.entries(statements.refreshRequest) as [keyof typeof request, string][];
    const row = Object.fromEntries(columns.map(([name, type]) => [name, [type, request[name]] as [string, unknown]]));
    const session = await this.db
      .selectFrom(['sessions as s', requestRow(row).as('request')])
      .select('s.id')
      .where('s.kind', '=', 'customer')
      .where(sql.raw<boolean>(statements.refreshable))
      .executeTakeFirst();
    return session !== undefined;
  }

  /** SQL for one row `request` with the time `now`, for the conditions that batched statements use too. */
  private request(): AliasedRawBuilder<Record<string, unknown>, 'request'> {
    return requestRow({ now: ['timestamptz', this.clock.now()] }).as('request');
  }

  private get db(): Kysely<SessionTables> {
    return this.em.getKysely<SessionTables>();
  }
}

/** The customer and the employee of a session, for security events. */
function ownersOf(session: Pick<SessionRow, 'customer_id' | 'employee_id'>) {
  return { customer: session.customer_id ?? undefined, employee: session.employee_id ?? undefined };
}
