import type { EntityManager } from '@mikro-orm/postgresql';
import { type QueryCreator, type RawBuilder, sql } from 'kysely';
import { countryOf } from '../addresses/address-book.js';
import { activeMemberships } from '../companies/companies.fragments.js';
import { hasRestriction, currencyAndSiteOf } from '../customers/customers.fragments.js';
import {
  type Fragments,
  startOfPublicId,
  holdersOfId,
  lockedHolder,
  lockedSession,
  sessionExists,
} from '../sessions/public-session.sql.js';
import type { SessionContext } from '../sessions/session.entity.js';
import type { ChosenValues, StoredContextTables } from './session-context.entity.js';

/** The maximum size of a customer's context, in bytes of JSON as PostgreSQL writes it. */
export const MAX_BYTES = 65_536;

/** The stored data of a session's context; times are ISO 8601. */
export interface FoundContext {
  sessionId: string;
  /** Null for a visitor. */
  customer: { id: string; currency: string; site: string } | null;
  /** The country of the customer's addresses. */
  location?: string | null;
  /** The legal entity that the customer acts for and still belongs to. */
  legalEntity?: string | null;
  /** The values of the anonymous login. */
  preferences: SessionContext;
  startedAt: string;
  /** Null until the first change. */
  stored: ContextRow | null;
}

/** A row of `session_contexts` in JSON. */
export interface ContextRow {
  chosen: ChosenValues;
  context: Record<string, unknown>;
  version: number;
  created_at: string;
  modified_at: string;
}

/**
 * SQL for the context of a session row `s`. It is stored under the id of the row: a visitor and a customer share the
 * public id, but not the context. It began with the session that the public id comes from, if that still exists.
 */
export const ownContext = `json_build_object(
    'sessionId', s.public_id,
    'customer', ${currencyAndSiteOf('s.tenant', 's.customer_id')},
    'location', ${countryOf('s.tenant', 's.customer_id')},
    'legalEntity', (select m.legal_entity_id from ${activeMemberships} m
      where m.tenant = s.tenant and m.customer_id = s.customer_id and m.legal_entity_id = s.legal_entity_id),
    'preferences', s.context,
    'startedAt', ${startOfPublicId('s')},
    'stored', (select k from session_contexts k where k.tenant = s.tenant and k.session_id = s.id::text))`;

/**
 * `holder`: the session that is valid under a public id, which is that of the customer who took over the id, else the
 * visitor's. `unknown_session`: a session id for which Foyer has no session. `request` has `tenant`, `session_id`,
 * `now`, `session`, which is the same id if it has Foyer's form, and the `restrictions` of the scope.
 */
const holder: Fragments = {
  ...holdersOfId,
  holder: `select s.* from request cross join holders s
    where request.restrictions is null or ${hasRestriction('s.tenant', 's.customer_id', 'request.restrictions')}
    order by s.customer_id is null, s.created_at desc limit 1`,
  unknown_session: `select request.session_id from request where request.restrictions is null
    and not ${sessionExists('request.tenant', 'request.session')}`,
};

/** SQL for the context of `holder`. No row, or null: there is no such session. */
export const contextOf: Fragments = {
  ...holder,
  context: `select ${ownContext} as found from holder s
    union all
    select json_build_object('sessionId', k.session_id, 'customer', null, 'preferences', '{}'::json,
      'startedAt', k.created_at, 'stored', k)
    from request cross join unknown_session
      join session_contexts k on k.tenant = request.tenant and k.session_id = unknown_session.session_id`,
};

/**
 * The context of the caller's session. The session is locked, so that its deletion waits for the change and removes the
 * context too: an erasure leaves none behind. `request` has `tenant`, `session`, `now` and `visitor_bytes`, the maximum
 * of a visitor's context.
 */
export const ownTarget: Fragments = {
  locked: lockedSession,
  target: `select id::text as session_id, true as begun, begun_at,
      case when kind = 'anonymous' then request.visitor_bytes else ${MAX_BYTES} end as max_bytes
    from request cross join locked`,
};

/** The context under any session id; its session is locked as in `ownTarget`. `request` as for `holder`. */
export const anyTarget: Fragments = {
  ...holder,
  locked: lockedHolder,
  target: `select id::text as session_id, true as begun, begun_at, ${MAX_BYTES} as max_bytes from locked
    union all
    select unknown_session.session_id, false, request.now, ${MAX_BYTES} from request cross join unknown_session`,
};

/**
 * The tables of `withFragments`. A row of `target` has a session id, whether there is a context before anything was
 * stored, its start, and its maximum in bytes. A maximum only grows: a customer's also applies to the former context of
 * the visitor.
 */
interface ContextTables extends StoredContextTables {
  target: { session_id: string; begun: boolean; begun_at: Date; max_bytes: number };
  context: { found: FoundContext };
}

type ContextQuery = QueryCreator<ContextTables>;

/** Starts a query with these common table expressions. */
export function withFragments(
  em: EntityManager,
  request: RawBuilder<Record<string, unknown>>,
  fragments: Fragments,
): ContextQuery {
  let query: ContextQuery = em.getKysely<ContextTables>().with('request', () => request);
  for (const [name, text] of Object.entries(fragments)) {
    query = query.with(name, () => sql.raw<Record<string, unknown>>(`(${text})`));
  }
  return query;
}

/** The change of a context. */
export interface ContextUpdate {
  tenant: string;
  now: Date;
  /** The version that the context must have; undefined for no check. */
  version: number | undefined;
  /** Merged key by key; null removes a key. */
  chosen: object;
  context: object;
  /** Whether to create a context if nothing is stored, also for an unknown session id. */
  upsert: boolean;
}

/** Updates or creates the contexts of `target`. No row: there is no context, or the version is stale. */
export function saveContexts(query: ContextQuery, change: ContextUpdate): Executable {
  const { tenant, now, version = null, upsert } = change;
  const merged = (present: string, patch: object): RawBuilder<Record<string, unknown>> => {
    const json = JSON.stringify(patch);
    return sql`(${sql.raw(present)} || ${json}::jsonb) - array(select key from jsonb_each(${json}::jsonb) where value = 'null')`;
  };
  return query
    .insertInto('session_contexts')
    .columns([
      ...(['tenant', 'session_id', 'chosen', 'context', 'version'] as const),
      ...(['created_at', 'modified_at', 'max_bytes'] as const),
    ])
    .expression((eb) =>
      eb
        .selectFrom('target')
        .select(sql<string>`${tenant}::text`.as('tenant'))
        .select(['target.session_id', merged(`'{}'::jsonb`, change.chosen).as('chosen')])
        .select(merged(`'{}'::jsonb`, change.context).as('context'))
        .select(sql<number>`case when target.begun then 2 else 1 end`.as('version'))
        .select(['target.begun_at as created_at', sql<Date>`${now}::timestamptz`.as('modified_at'), 'target.max_bytes'])
        .where(
          sql<boolean>`(target.begun and coalesce(${version}::numeric, 1) = 1) or ${upsert}::boolean
            or exists (select 1 from session_contexts c where c.tenant = ${tenant} and c.session_id = target.session_id)`,
        ),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['tenant', 'session_id'])
        .doUpdateSet({
          chosen: merged('session_contexts.chosen', change.chosen),
          context: merged('session_contexts.context', change.context),
          version: sql<number>`session_contexts.version + 1`,
          modified_at: now,
          max_bytes: sql<number>`greatest(session_contexts.max_bytes, excluded.max_bytes)`,
        })
        .where(sql<boolean>`coalesce(${version}::numeric, session_contexts.version) = session_contexts.version`),
    )
    .returning('version');
}

/** Removes an attribute from the contexts of `target`. Returns a row per context, with or without the attribute. */
export function removeAttribute(
  query: ContextQuery,
  { tenant, now }: { tenant: string; now: Date },
  attribute: string,
): Executable {
  return query
    .with('removed', (cte) =>
      cte
        .updateTable('session_contexts as k')
        .from('target')
        .set({
          context: sql<Record<string, unknown>>`k.context - ${attribute}::text`,
          version: sql<number>`k.version + 1`,
          modified_at: now,
        })
        .where('k.tenant', '=', tenant)
        .whereRef('k.session_id', '=', 'target.session_id')
        .where(sql<boolean>`k.context -> ${attribute}::text is not null`),
    )
    .selectFrom('target')
    .select('target.session_id')
    .where((eb) =>
      eb.or([
        eb.ref('target.begun'),
        eb.exists(
          eb
            .selectFrom('session_contexts as c')
            .select('c.session_id')
            .where('c.tenant', '=', tenant)
            .whereRef('c.session_id', '=', 'target.session_id'),
        ),
      ]),
    );
}

interface Executable {
  execute: () => Promise<unknown[]>;
}
