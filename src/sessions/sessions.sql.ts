import { activeMemberships, legalEntityAtLogin } from '../companies/companies.fragments.js';
import { accountsWithHash, logins } from '../credentials/credentials.fragments.js';
import { isNewNetwork, recordLogins, referenceOf } from '../customers/customers.fragments.js';
import type { Statement } from '../database/database.js';
import { batchRows } from '../database/query-batcher.js';
import { insertOwnEntries } from '../history/history.fragments.js';
import { copyContexts } from '../session-context/session-context.fragments.js';
import { clientExists } from '../tenants/clients.sql.js';
import { PROJECTION_TIME, type SessionProjection, sessionIsValid } from './access/session-check.sql.js';
import type { CompanyGroup } from './customer-scopes.js';

/** The columns of a session that the statements below return. */
export interface SessionRow {
  id: string;
  public_id: string;
  client_id: string | null;
  customer_id?: string | null;
  /** The agent whose session it is, or who acts for the customer. */
  employee_id?: string | null;
  /** The reference of the customer. */
  reference?: string | null;
  /** The company that the customer acts for, and the customer's group in it. */
  legal_entity_id?: string | null;
  company_group?: CompanyGroup | null;
  /** The id of the customer's company user in the Glue API, if the customer acts for a company. */
  company_user?: string | null;
  /** Whether a login came from a network that is not known, if that was to be checked. */
  is_new_network?: boolean;
  refresh_generation: number;
  /** The refresh token was used before, within the grace period: the session already has the next one. */
  refresh_retried?: boolean;
  /** Of an employee's session: the scopes of its tokens. */
  scope?: string | null;
  /** The session that is used while a customer has the session id of this visitor. */
  stand_in?: string | null;
  /** In PostgreSQL's text form, because the ORM disables the parser of the driver. */
  expires_at: string;
}

/**
 * SQL for the membership `m` of a session's customer in a company; both parameters are SQL too.
 */
const fromMembership = (company: string, session = 's'): string =>
  `from ${activeMemberships} m
    where m.tenant = ${session}.tenant and m.customer_id = ${session}.customer_id and m.legal_entity_id = ${company}`;

/** SQL for the id of the company user that a session's customer acts as; null if there is none. */
export const companyUserOf = (session: string): string =>
  `(select m.uuid ${fromMembership(`${session}.legal_entity_id`, session)})`;

/** The columns that are returned of the session row `s`. */
const issuedColumns = `s.id, s.public_id, s.client_id, s.customer_id, s.legal_entity_id, s.refresh_generation, s.expires_at,
    ${referenceOf('s.tenant', 's.customer_id')} as reference`;

/** Whether the client of the session still exists. */
export const clientStillExists: SessionProjection = {
  expression: `to_json(${clientExists('s.tenant', 's.client_id')})`,
};

/** A session as its customer sees it; times are ISO 8601. */
export interface OwnSession {
  id: string;
  /** Whether it is the session of the request. */
  current: boolean;
  device: string | null;
  origin: string | null;
  client: string | null;
  /** Whether an employee acts in it. */
  assisted: boolean;
  created_at: string;
  refreshed_at: string;
  expires_at: string;
}

/**
 * The valid sessions of the customer of the session row `s`, newest first: this one and the newest others. The network
 * address and the device of an employee are not shown to the customer.
 */
export const ownSessions: SessionProjection = {
  expression: `(select json_agg(o order by created_at desc, id) from (
    select id, id = s.id as current, client_id as client, employee_id is not null as assisted,
      case when employee_id is null then device end as device,
      case when employee_id is null then origin end as origin,
      created_at, refreshed_at, expires_at
    from sessions o
    where o.tenant = s.tenant and o.customer_id = s.customer_id and o.ended_at is null and o.expires_at > ${PROJECTION_TIME}
    order by o.id <> s.id, o.created_at desc limit 100) o)`,
};

/**
 * Batched. The times are those of the start, of the session's end, and of the end of its refresh token. No row: the
 * client was removed.
 */
export const startAnonymous: Required<Statement> = {
  name: 'start_anonymous',
  text: `with request as materialized (
      select * from ${batchRows({
        tenant: 'text',
        id: 'uuid',
        client: 'text',
        context: 'jsonb',
        now: 'timestamptz',
        ends: 'timestamptz',
        refresh_ends: 'timestamptz',
      })}
    ), started as (
      insert into sessions
        (tenant, id, kind, public_id, client_id, context, created_at, expires_at, refreshed_at, refresh_expires_at)
      select tenant, id, 'anonymous', id, client, context, now, ends, now, refresh_ends
      from request where ${clientExists('request.tenant', 'request.client')}
      returning id
    )
    select request.n from request join started using (id)`,
};

/**
 * Batched, one login of a customer at a time. `id` is that of the new session, `visitor` the visitor's session, `ends`
 * and `refresh_ends` the end of the session and of its refresh token. `hash` is the hash that the password was compared
 * with, or null: then the customer may have no account. `client` is that of a login without a visitor's session.
 *
 * The account is locked. So a concurrent reset either comes first, and the old password is rejected, or it finds this
 * session and ends it. A visitor's session that has already passed to this customer is not updated.
 *
 * `checks_network`: whether to return if the network of the login is new; it is then compared with those before it.
 *
 * With the session id, the customer gets a copy of the visitor's context; after a repeated login with the same
 * visitor's token, a copy of the context of the customer's previous session with that id. No row also where the client
 * was removed. The login is an entry of the history.
 */
export const startCustomer: Required<Statement> = {
  name: 'start_customer',
  text: `with request as materialized (
      select * from ${batchRows({
        tenant: 'text',
        id: 'uuid',
        customer: 'text',
        visitor: 'uuid',
        hash: 'text',
        client: 'text',
        device: 'text',
        origin: 'text',
        now: 'timestamptz',
        ends: 'timestamptz',
        refresh_ends: 'timestamptz',
        network: 'text',
        checks_network: 'boolean',
      })}
    ), proven as (
      ${accountsWithHash}
    ), visitor as materialized (
      select n, client_id, context, public_id, passed_to
      from request join sessions s on s.tenant = request.tenant and s.id = request.visitor
      where ${sessionIsValid('request.now')} and ${clientExists('s.tenant', 's.client_id')}
      union all select n, client, '{}', null, null from request
      where visitor is null and ${clientExists('request.tenant', 'request.client')}
    ), customer as (
      ${recordLogins('request join visitor using (n)')}
        and (n in (select n from proven) or (request.hash is null and not exists (
          select from ${logins} a where a.tenant = request.tenant and a.customer_id = request.customer)))
      returning n, client_id, context, case when passed_to = request.customer then public_id end as public_id
    ), passed as (
      update sessions s set passed_to = request.customer from request join customer using (n)
      where customer.public_id is null and s.tenant = request.tenant and s.id = request.visitor
        and (s.passed_to is null or s.passed_to = request.customer)
      returning n, s.public_id
    ), started as (
      insert into sessions as s (tenant, id, kind, public_id, client_id, customer_id, context, created_at, expires_at,
        refreshed_at, refresh_expires_at, device, origin, legal_entity_id)
      select request.tenant, request.id, 'customer', coalesce(customer.public_id, passed.public_id, request.id), client_id,
        request.customer, context, now, ends, now, refresh_ends, device, origin,
        ${legalEntityAtLogin('request.tenant', 'request.customer')}
      from request join customer using (n) left join passed using (n)
      returning s.tenant, ${issuedColumns}
    ), copied as (
      ${copyContexts(`select request.tenant, started.id as target, coalesce((
          select s.id from sessions s
          where s.tenant = request.tenant and s.customer_id = request.customer and s.public_id = customer.public_id
            and ${sessionIsValid('request.now')}
          order by s.created_at desc limit 1), started.public_id) as source
        from started join request using (id) join customer using (n)
        where started.public_id <> started.id`)}
    ), recorded as (
      ${insertOwnEntries({
        from: 'request join started using (id)',
        tenant: 'request.tenant',
        customer: 'request.customer',
        at: 'request.now',
        address: 'request.origin',
        action: `'logged_in'`,
      })}
    )
    select request.n, s.*, (select m.company_group ${fromMembership('s.legal_entity_id')}) as company_group,
      ${companyUserOf('s')} as company_user, case when request.checks_network
        then ${isNewNetwork('request.tenant', 'request.customer', 'request.network')} else false end as is_new_network
    from started s join request using (id)`,
};

/**
 * The columns of a request to refresh a session, and their SQL types. `grace` is the earliest first use for which a
 * replaced token is accepted; `company` is null to keep the company; `context` has the values that a visitor replaces.
 */
export const refreshRequest = {
  context: 'jsonb',
  tenant: 'text',
  session: 'uuid',
  generation: 'int',
  client: 'text',
  company: 'text',
  now: 'timestamptz',
  grace: 'timestamptz',
  ends: 'timestamptz',
};

/** SQL that is true if the refresh token of the row `request` refreshes the session row `s`, whatever its kind. */
export const refreshable = `s.tenant = request.tenant and s.id = request.session and ${sessionIsValid('request.now')}
      and s.refresh_expires_at > request.now and s.client_id = request.client
      and ${clientExists('s.tenant', 's.client_id')}
      and (s.refresh_generation = request.generation
        or (s.refresh_generation = request.generation + 1 and s.refreshed_at > request.grace))`;

/** Whether a customer's session that is valid has the session id of a visitor's session row; both are SQL. */
const isTaken = (visitor: string, now: string): string => `exists (select 1 from sessions taken
      where taken.tenant = ${visitor}.tenant and taken.customer_id = ${visitor}.passed_to
        and taken.public_id = ${visitor}.id and ${sessionIsValid(now, 'taken')})`;

/**
 * The stand-in of a visitor's session row `s`: null while no customer's session has its session id. It stays the same,
 * until a customer's session has the id of the stand-in too.
 */
export const standIn = (now: string): string => `case when ${isTaken('s', now)} then
        case when exists (select 1 from sessions w where w.tenant = s.tenant and w.id = s.stand_in and ${isTaken('w', now)})
          then gen_random_uuid() else coalesce(s.stand_in, gen_random_uuid()) end
      end`;

/**
 * Replaces the current refresh token by the next one, which ends at `ends`. Within the grace period, the replaced token
 * gets the same next one again: nothing is replaced, and the grace period is not extended. No index covers what
 * changes, so PostgreSQL updates the row in place. No row: the token is not valid.
 */
const rotation = (name: string, { changes, where, returns }: Record<string, string>): Required<Statement> => ({
  name: `rotate_refresh_token_${name}`,
  text: `update sessions s set
      refresh_generation = request.generation + 1,
      refresh_retried = s.refresh_generation <> request.generation,
      refreshed_at = case when s.refresh_generation = request.generation then request.now else s.refreshed_at end,
      refresh_expires_at = case when s.refresh_generation = request.generation then request.ends else s.refresh_expires_at end,
      ${changes}
    from ${batchRows(refreshRequest)}
    where ${refreshable} and ${where}
    returning request.n, ${issuedColumns}, s.refresh_retried, ${returns}`,
});

/** Batched; takes `refreshRequest`, one request of a session in a batch. */
export const rotateRefreshToken = {
  anonymous: rotation('anonymous', {
    changes: `stand_in = ${standIn('request.now')}, context = s.context || request.context`,
    where: `s.kind = 'anonymous'`,
    returns: 's.stand_in',
  }),
  /**
   * For sessions of customers and agents, including those in which an agent acts for a customer. Agents have the client
   * of the Glue API. Also returns no row if the customer does not belong to that company. A company that the customer
   * has left is removed.
   */
  customer: rotation('customer', {
    changes: `legal_entity_id = (select m.legal_entity_id ${fromMembership('coalesce(request.company, s.legal_entity_id)')})`,
    where: `(s.kind = 'customer' or (s.kind = 'employee' and s.scope is null))
      and (request.company is null or exists (select 1 ${fromMembership('request.company')}))`,
    returns: `s.employee_id, (select m.company_group ${fromMembership('s.legal_entity_id')}) as company_group,
      ${companyUserOf('s')} as company_user`,
  }),
  /** For sessions of employees; those of agents have no stored scopes. */
  employee: rotation('employee', {
    changes: 'scope = s.scope',
    where: `s.kind = 'employee' and s.scope is not null`,
    returns: 's.employee_id, s.scope',
  }),
};
