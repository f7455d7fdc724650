import type { Statement } from '../database/database.js';
import { askers } from '../database/shared-statements.js';
import type { CompanyGroup } from './customer-scopes.js';

/**
 * What a route wants loaded in the query that checks the session: one SQL expression over the session row `s`, and
 * a name for the statement that it makes.
 */
export interface Load {
  name: string;
  expression: string;
  /** From the request: what `LOADED_VALUE` stands for. */
  value?: string;
}

/** In the expression of a `Load`. */
export const LOADED_VALUE = 'asker.value';

/** In the expression of a `Load`: the time. */
export const LOADED_AT = 'asker.now';

/** The columns that the statements below return of a session. */
export interface SessionRow {
  id: string;
  public_id: string;
  client_id: string | null;
  customer_id?: string | null;
  /** The company that the customer acts for, and the customer's group in it. */
  legal_entity_id?: string | null;
  company_group?: CompanyGroup | null;
  refresh_generation: number;
  /** As PostgreSQL writes a time: the ORM has taken the driver's parser away. */
  expires_at: string;
}

/** A customer's session is good only while the customer may log in. */
const customerMayUseIt = `(s.customer_id is null or exists (
  select 1 from customers c where c.tenant = s.tenant and c.id = s.customer_id and c.may_log_in))`;

/** Whether the session row `s` lives at a time, which is SQL too: what every statement below asks in the same words. */
export const alive = (now: string): string => `s.ended_at is null and s.expires_at > ${now} and ${customerMayUseIt}`;

/** SQL that holds while a session lives; all are SQL too. Behind a null session there is no token to ask about. */
export function sessionLives({ tenant, session, now }: Record<'tenant' | 'session' | 'now', string>): string {
  return `(${session}::uuid is null or exists (select 1 from sessions s where s.tenant = ${tenant} and s.id = ${session}
    and ${alive(now)}))`;
}

/** `$1` tenant, `$2` session, `$3` now, `$4` its customer, or null for whoever it is. No row: it was dead before. */
export const endSession: Statement = {
  name: 'end_session',
  text: `update sessions s set ended_at = $3
    where s.tenant = $1 and s.id = $2 and ($4::text is null or s.customer_id = $4) and ${alive('$3')} returning 1`,
};

/**
 * Ends all sessions that are somebody's. They are locked in the order in which a turn of refreshes goes through them, so
 * that the two never wait for each other in a circle. `$1` tenant, `$2` whose, `$3` now, `$4` the session that lives on,
 * or null.
 */
const endAllOf = (whose: 'customer_id' | 'client_id' | 'employee_id'): Statement => ({
  name: `end_all_of_${whose}`,
  text: `with theirs as (
      select id from sessions where tenant = $1 and ${whose} = $2 and ended_at is null and id is distinct from $4
      order by id for no key update
    )
    update sessions s set ended_at = $3 from theirs where s.tenant = $1 and s.id = theirs.id`,
});

export const endAllOfCustomer = endAllOf('customer_id');
export const endAllOfClient = endAllOf('client_id');
export const endAllOfEmployee = endAllOf('employee_id');

/** By the name of the load. Text that is put together at each request costs the service more than asking it. */
const checks = new Map<string, Required<Statement>>();

/** Shared; asks with the tenant, the session, the time, and the value of the load. No row: the token is dead. */
export function checkCaller({ name, expression }: Load = { name: '', expression: 'null' }): Required<Statement> {
  let check = checks.get(name);
  if (!check) {
    const text = `select asker.n, caller.loaded
      from ${askers({ tenant: 'text', session: 'uuid', now: 'timestamptz', value: 'text' })}
      cross join lateral (select ${expression} as loaded from sessions s
        where s.tenant = asker.tenant and s.id = asker.session and ${alive(LOADED_AT)} limit 1) caller`;
    checks.set(name, (check = { name: `check_caller_${name}`, text }));
  }
  return check;
}

/**
 * The row of `contact_assignments` that says that the customer of the session row `s` belongs to a company; SQL too.
 */
const assignment = (company: string): string =>
  `from contact_assignments m where m.tenant = s.tenant and m.customer_id = s.customer_id and m.legal_entity_id = ${company}`;

/** What is returned of the session row `s`. */
const issued = 's.id, s.public_id, s.client_id, s.customer_id, s.legal_entity_id, s.refresh_generation, s.expires_at';

/** The companies that the session's customer administers, in JSON; a token may have outlived the office. */
export const administered: Load = {
  name: 'administered',
  expression: `(select json_agg(m.legal_entity_id) from contact_assignments m
    where m.tenant = s.tenant and m.customer_id = s.customer_id and m.company_group = 'Admin')`,
};

/** A session as its customer sees it; times are ISO 8601. */
export interface OwnSession {
  id: string;
  /** It is the session that asks. */
  current: boolean;
  device: string | null;
  origin: string | null;
  client: string | null;
  /** An employee acts in it. */
  assisted: boolean;
  created_at: string;
  refreshed_at: string;
  expires_at: string;
}

/**
 * Those that live of the customer of the session row `s`, newest first: this one, and the newest others. Where an
 * employee works, and with what, is not the customer's to know.
 */
export const ownSessions: Load = {
  name: 'own_sessions',
  expression: `(select json_agg(o order by created_at desc, id) from (
    select id, id = s.id as current, client_id as client, employee_id is not null as assisted,
      case when employee_id is null then device end as device,
      case when employee_id is null then origin end as origin,
      created_at, refreshed_at, expires_at
    from sessions o
    where o.tenant = s.tenant and o.customer_id = s.customer_id and o.ended_at is null and o.expires_at > ${LOADED_AT}
    order by o.id <> s.id, o.created_at desc limit 100) o)`,
};

/** Shared; the times are of the start, of the session's end, and of the end of its refresh token. No rows. */
export const startAnonymous: Required<Statement> = {
  name: 'start_anonymous',
  text: `insert into sessions
      (tenant, id, kind, public_id, client_id, context, created_at, expires_at, refreshed_at, refresh_expires_at)
    select tenant, id, 'anonymous', id, client, context, now, ends, now, refresh_ends
    from ${askers({
      ...{ tenant: 'text', id: 'uuid', client: 'text', context: 'jsonb' },
      ...{ now: 'timestamptz', ends: 'timestamptz', refresh_ends: 'timestamptz' },
    })}`,
};

/**
 * Shared, one of a customer at once. `id` is that of the new session, `visitor` the visitor's session, `ends` and
 * `refresh_ends` when the session and its refresh token end. `hash` is what the password was compared with, or null:
 * then the customer may have no account. `client` is that of who comes without a visitor's session.
 *
 * The account is locked, so that a reset at the same moment either comes first, and the old password opens nothing, or
 * finds this session and ends it. A visitor's session that has passed to this customer before is not written to.
 */
export const startCustomer: Required<Statement> = {
  name: 'start_customer',
  text: `with asker as materialized (
      select * from ${askers({
        ...{ tenant: 'text', id: 'uuid', customer: 'text', visitor: 'uuid', hash: 'text', client: 'text' },
        ...{ device: 'text', origin: 'text', now: 'timestamptz', ends: 'timestamptz', refresh_ends: 'timestamptz' },
      })}
    ), proven as (
      select n from asker join accounts a on a.tenant = asker.tenant and a.customer_id = asker.customer
      where asker.hash is null or a.password_hash = asker.hash for share of a
    ), visitor as materialized (
      select n, client_id, context, public_id, passed_to
      from asker join sessions s on s.tenant = asker.tenant and s.id = asker.visitor
      where ${alive('asker.now')}
      union all select n, client, '{}', null, null from asker where visitor is null
    ), customer as (
      update customers c set last_login = asker.now from asker join visitor using (n)
      where c.tenant = asker.tenant and c.id = asker.customer and c.may_log_in
        and (n in (select n from proven) or (asker.hash is null
          and not exists (select from accounts a where a.tenant = c.tenant and a.customer_id = c.id)))
      returning n, client_id, context, case when passed_to = c.id then public_id end as public_id
    ), passed as (
      update sessions s set passed_to = asker.customer from asker join customer using (n)
      where customer.public_id is null and s.tenant = asker.tenant and s.id = asker.visitor
        and (s.passed_to is null or s.passed_to = asker.customer)
      returning n, s.public_id
    ), started as (
      insert into sessions as s (tenant, id, kind, public_id, client_id, customer_id, context, created_at, expires_at,
        refreshed_at, refresh_expires_at, device, origin, legal_entity_id)
      select asker.tenant, asker.id, 'customer', coalesce(customer.public_id, passed.public_id, asker.id), client_id,
        asker.customer, context, now, ends, now, refresh_ends, device, origin, (
          select min(m.legal_entity_id) from contact_assignments m
          where m.tenant = asker.tenant and m.customer_id = asker.customer having count(*) = 1)
      from asker join customer using (n) left join passed using (n)
      returning ${issued}
    )
    select asker.n, s.*, (select m.company_group from contact_assignments m where m.tenant = asker.tenant
      and m.customer_id = s.customer_id and m.legal_entity_id = s.legal_entity_id) as company_group
    from started s join asker using (id)`,
};

/** Who comes with a refresh token. `grace` is when it began; `company` is null for the one before. */
const comers = askers({
  ...{ tenant: 'text', session: 'uuid', generation: 'int', kind: 'text', client: 'text', company: 'text' },
  ...{ now: 'timestamptz', grace: 'timestamptz', ends: 'timestamptz' },
});

/** Whether the refresh token of the asker carries the session row `s` on. */
const refreshable = `s.tenant = asker.tenant and s.id = asker.session and s.kind = asker.kind and ${alive('asker.now')}
      and s.refresh_expires_at > asker.now and s.client_id = asker.client
      and (s.refresh_generation = asker.generation
        or (s.refresh_generation = asker.generation + 1 and not s.refresh_retried and s.refreshed_at > asker.grace))`;

/**
 * Shared, one of a session at once. Puts the next refresh token, which ends at `ends`, in the place of the one in use.
 * The one before it is taken once more within the grace, and answered with the one in use. No index covers what
 * changes, so PostgreSQL updates the row in place. No row: the token is not good, or the customer does not belong to
 * that company. A company left meanwhile is taken out.
 */
export const rotateRefreshToken: Required<Statement> = {
  name: 'rotate_refresh_token',
  text: `update sessions s set
      refresh_generation = asker.generation + 1,
      refresh_retried = s.refresh_generation <> asker.generation,
      refreshed_at = case when s.refresh_generation = asker.generation then asker.now else s.refreshed_at end,
      refresh_expires_at = case when s.refresh_generation = asker.generation then asker.ends else s.refresh_expires_at end,
      legal_entity_id = (select m.legal_entity_id ${assignment('coalesce(asker.company, s.legal_entity_id)')})
    from ${comers}
    where ${refreshable} and (asker.company is null or exists (select 1 ${assignment('asker.company')}))
    returning asker.n, ${issued}, (select m.company_group ${assignment('s.legal_entity_id')}) as company_group`,
};

/** Shared. Whether a refresh token is good, and was refused only for the company. */
export const mayRefresh: Required<Statement> = {
  name: 'may_refresh',
  text: `select asker.n from sessions s, ${comers} where ${refreshable}`,
};

/**
 * Ends the session whose refresh token comes back when it was replaced, after the grace: one of two holders stole it.
 * Within the grace a late answer of a third tab looks the same, and only is refused.
 * `$1` tenant, `$2` session, `$3` generation of the token, `$4` now, `$5` start of the grace.
 */
export const endReplayedSession: Statement = {
  name: 'end_replayed_session',
  text: `update sessions set ended_at = $4
    where tenant = $1 and id = $2 and ended_at is null and refresh_generation > $3 and refreshed_at <= $5
    returning customer_id`,
};
