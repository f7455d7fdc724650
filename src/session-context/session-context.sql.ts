import type { Statement } from '../database/database.js';
import { alive } from '../sessions/sessions.sql.js';

/** What is known of a session's context; times are ISO 8601. */
export interface FoundContext {
  sessionId: string;
  /** Null for a visitor. */
  customer: { id: string; currency: string; site: string; location: string | null } | null;
  /** What the visitor told at the anonymous login. */
  told: Told;
  begunAt: string;
  /** Null until the first change. */
  kept: KeptContext | null;
}

export interface Told {
  currency?: string;
  siteCode?: string;
  language?: string;
  targetLocation?: string;
}

/** A row of `session_contexts` in JSON. */
export interface KeptContext {
  /** What was set in the session itself, and goes before everything else. */
  chosen: Told & { cartId?: string };
  context: Record<string, unknown>;
  version: number;
  created_at: string;
  modified_at: string;
}

/** The country of the default address to ship to, else to bill, else of the default one; of a customer `c`. */
const location = `(select a.country from addresses a
  where a.tenant = c.tenant and a.customer_id = c.id and a.country is not null
    and (a.is_default_shipping or a.is_default_billing or a.is_default)
  order by a.is_default_shipping desc, a.is_default_billing desc limit 1)`;

/**
 * SQL for the context of a session row `s`, null where it has passed on to a customer. The session that the public id
 * comes from tells when it began.
 */
export const ownContext = `case when s.passed_to is null then json_build_object(
    'sessionId', s.public_id,
    'customer', (select json_build_object('id', c.id, 'currency', c.preferred_currency, 'site', c.preferred_site,
      'location', ${location}) from customers c where c.tenant = s.tenant and c.id = s.customer_id),
    'told', s.context,
    'begunAt', (select first.created_at from sessions first where first.tenant = s.tenant and first.id = s.public_id),
    'kept', (select k from session_contexts k where k.tenant = s.tenant and k.session_id = s.public_id::text)) end`;

/**
 * The session that lives under a public id: the visitor's, or the customer's that it has passed to. `$1` tenant, `$2`
 * public id, `$3` now, `$4` the same id if it has the form of ours, `$5` the restrictions that staff is limited to.
 */
const holder = `first as (
    select id, passed_to from sessions
    where tenant = $1 and id = $4::uuid and public_id = id and kind in ('anonymous', 'customer')
  ), holders as (
    select s.* from first join sessions s on s.tenant = $1 and s.id = first.id
    where first.passed_to is null and ${alive('$3')}
    union all
    select s.* from first join sessions s on s.tenant = $1 and s.customer_id = first.passed_to
    where s.public_id = first.id and ${alive('$3')}
  ), holder as (
    select s.* from holders s
    where $5::text[] is null or exists (select 1 from customers c
      where c.tenant = s.tenant and c.id = s.customer_id and c.restriction = any($5))
    order by s.created_at desc limit 1
  ), stranger as (
    select $2::text as session_id where $5::text[] is null and not exists (select 1 from first)
  )`;

/** The parameters of `holder`. No row, or null: there is none. */
export const contextOf: Statement = {
  name: 'session_context',
  text: `with ${holder}
    select ${ownContext} as found from holder s
    union all
    select json_build_object('sessionId', k.session_id, 'customer', null, 'told', '{}'::json,
      'begunAt', k.created_at, 'kept', k)
    from stranger join session_contexts k on k.tenant = $1 and k.session_id = stranger.session_id`,
};

/** An object with another laid over it, key by key; null removes. */
const over = (present: string, patch: string): string =>
  `(${present} || ${patch}) - array(select key from jsonb_each(${patch}) where value = 'null')`;

/**
 * Changes or begins the contexts of `target`: rows of a session id, whether there is a context before anything was
 * kept, and when it began. Each parameter is SQL. No row: there is none, or the version is stale.
 */
function keep(version: string, chosen: string, context: string, upsert: string): string {
  return `insert into session_contexts as k (tenant, session_id, chosen, context, version, created_at, modified_at)
    select $1, target.session_id, ${over("'{}'", chosen)}, ${over("'{}'", context)},
      case when target.begun then 2 else 1 end, target.begun_at, $3
    from target
    where (target.begun and coalesce(${version}::numeric, 1) = 1) or (not target.begun and ${upsert})
      or exists (select 1 from session_contexts c where c.tenant = $1 and c.session_id = target.session_id)
    on conflict (tenant, session_id) do update set
      chosen = ${over('k.chosen', chosen)},
      context = ${over('k.context', context)},
      version = k.version + 1,
      modified_at = $3
    where coalesce(${version}::numeric, k.version) = k.version
    returning version`;
}

/** Takes an attribute out of the contexts of `target`. A row for each that there is, whether or not it had it. */
function remove(attribute: string): string {
  return `removed as (
      update session_contexts k set context = k.context - ${attribute}, version = k.version + 1, modified_at = $3
      from target where k.tenant = $1 and k.session_id = target.session_id and k.context -> ${attribute} is not null
    )
    select 1 from target where target.begun
      or exists (select 1 from session_contexts c where c.tenant = $1 and c.session_id = target.session_id)`;
}

/** The context of the caller's session. `$1` tenant, `$2` session, `$3` now. */
const ownTarget = `target as (
      select s.public_id::text as session_id, true as begun, first.created_at as begun_at
      from sessions s join sessions first on first.tenant = s.tenant and first.id = s.public_id
      where s.tenant = $1 and s.id = $2 and s.passed_to is null and ${alive('$3')}
    )`;

/** The context under any session id. The parameters of `holder`. */
const anyTarget = `${holder}, target as (
      select holder.public_id::text as session_id, true as begun, begun.created_at as begun_at
      from holder join sessions begun on begun.tenant = $1 and begun.id = holder.public_id
      union all
      select session_id, false, $3::timestamptz from stranger
    )`;

/** `$1` tenant, `$2` the caller's session, `$3` now, `$4` version or null, `$5` what is chosen, `$6` the context. */
export const keepOwn: Statement = {
  name: 'keep_own_session_context',
  text: `with ${ownTarget}
    ${keep('$4', '$5::jsonb', '$6::jsonb', 'false')}`,
};

/**
 * The parameters of `holder`, `$6` version or null, `$7` what is chosen, `$8` the context, `$9` whether to make one.
 */
export const keepOf: Statement = {
  name: 'keep_session_context',
  text: `with ${anyTarget}
    ${keep('$6', '$7::jsonb', '$8::jsonb', '$9::boolean')}`,
};

/** The parameters of `ownTarget`, `$4` the attribute. No row: there is no such context. */
export const removeOwn: Statement = {
  name: 'remove_own_context_attribute',
  text: `with ${ownTarget}, ${remove('$4::text')}`,
};

/** The parameters of `holder`, `$6` the attribute. No row: there is no such context. */
export const removeOf: Statement = {
  name: 'remove_context_attribute',
  text: `with ${anyTarget}, ${remove('$6::text')}`,
};
