import type { Statement } from '../database/database.js';

/**
 * What a route wants loaded in the query that checks the session: one SQL expression over the session row `s`, and
 * a name for the statement that it makes.
 */
export interface Load {
  name: string;
  expression: string;
}

/** The columns that the statements below return of a session. */
export interface SessionRow {
  id: string;
  public_id: string;
  client_id: string | null;
  customer_id?: string | null;
}

/** A customer's session is good only while the customer is active and not on hold. */
const customerMayUseIt = `(s.customer_id is null or exists (
  select 1 from customers c where c.tenant = s.tenant and c.id = s.customer_id and c.active and not c.on_hold))`;

/** `$1` tenant, `$2` session, `$3` now. No row: the token is dead. */
export function checkCaller(load: Load | undefined): Statement {
  return {
    name: `check_caller_${load?.name ?? ''}`,
    text: `select ${load?.expression ?? 'null'} as loaded from sessions s
      where s.tenant = $1 and s.id = $2 and s.ended_at is null and s.expires_at > $3 and ${customerMayUseIt}`,
  };
}

/** `$1` tenant, `$2` session, `$3` client, `$4` context, `$5` now, `$6` its end, `$7` refresh hash, `$8` its end. */
export const startAnonymous: Statement = {
  name: 'start_anonymous',
  text: `with session as (
      insert into sessions (tenant, id, kind, public_id, client_id, context, created_at, expires_at)
      values ($1, $2, 'anonymous', $2, $3, $4, $5, $6)
    )
    insert into refresh_tokens (tenant, hash, session_id, expires_at) values ($1, $7, $2, least($6::timestamptz, $8))`,
};

/** `$1` tenant, `$2` session, `$3` customer, `$4` the visitor's session, `$5` now, `$6` end, `$7` hash, `$8` its end. */
export const startCustomer: Statement = {
  name: 'start_customer',
  text: `with customer as (
      update customers set last_login = $5 where tenant = $1 and id = $3 and active and not on_hold returning id
    ), passed as (
      update sessions set passed_to = $3
      where tenant = $1 and id = $4 and (passed_to is null or passed_to = $3) and exists (select 1 from customer)
      returning public_id, client_id, context
    ), session as (
      insert into sessions (tenant, id, kind, public_id, client_id, customer_id, context, created_at, expires_at)
      select $1, $2, 'customer', coalesce(passed.public_id, $2), passed.client_id, customer.id,
        coalesce(passed.context, '{}'), $5, $6
      from customer left join passed on true
      returning id, public_id, client_id, customer_id
    ), refresh as (
      insert into refresh_tokens (tenant, hash, session_id, expires_at)
      select $1, $7, id, least($6::timestamptz, $8) from session
    )
    select * from session`,
};

/**
 * Uses up a refresh token and puts the next one in its place; a second use is good within the grace.
 * `$1` tenant, `$2` hash, `$3` now, `$4` start of the grace, `$5` kind, `$6` client or null, `$7` next hash, `$8` end.
 */
export const rotateRefreshToken: Statement = {
  name: 'rotate_refresh_token',
  text: `with used as (
      update refresh_tokens t set uses = t.uses + 1, first_used_at = coalesce(t.first_used_at, $3)
      from sessions s
      where t.tenant = $1 and t.hash = $2 and t.expires_at > $3
        and (t.uses = 0 or (t.uses = 1 and t.first_used_at > $4))
        and s.tenant = t.tenant and s.id = t.session_id and s.kind = $5 and s.ended_at is null and s.expires_at > $3
        and ($6::text is null or s.client_id = $6) and ${customerMayUseIt}
      returning s.id, s.public_id, s.client_id, s.customer_id, s.expires_at
    ), next as (
      insert into refresh_tokens (tenant, hash, session_id, expires_at)
      select $1, $7, id, least(expires_at, $8) from used
    )
    select id, public_id, client_id, customer_id from used`,
};

/**
 * Ends the session whose refresh token was used before and comes back after the grace: one of two holders stole it.
 * `$1` tenant, `$2` hash, `$3` now, `$4` start of the grace.
 */
export const endReplayedSession: Statement = {
  name: 'end_replayed_session',
  text: `update sessions s set ended_at = $3 from refresh_tokens t
    where t.tenant = $1 and t.hash = $2 and t.uses > 0 and t.first_used_at <= $4
      and s.tenant = t.tenant and s.id = t.session_id and s.ended_at is null`,
};
