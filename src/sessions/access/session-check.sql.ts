import { activeMemberships } from '../../companies/companies.fragments.js';
import { customerMayBeActedFor, customerMayLogIn } from '../../customers/customers.fragments.js';
import type { Statement } from '../../database/database.js';
import { MAX_BATCHED_BYTES, batchRows } from '../../database/query-batcher.js';

/**
 * A value that a route loads in the query that checks the session. Its statements are composed once per object, so each
 * projection is a constant: what depends on the request is passed as `PROJECTION_VALUE`.
 */
export interface SessionProjection {
  /** One SQL expression over the session row `s`. */
  expression: string;
}

/** The value of the request, in the expression of a `SessionProjection`. */
export const PROJECTION_VALUE = 'request.value';

/** The current time, in the expression of a `SessionProjection`. */
export const PROJECTION_TIME = 'request.now';

/**
 * SQL that is true while a session row is valid at a time, which is SQL too: all statements use the same condition.
 * A customer's session is valid only while the customer may log in, or while an employee may act for the customer.
 */
export const sessionIsValid = (
  now: string,
  session = 's',
): string => `${session}.ended_at is null and ${session}.expires_at > ${now}
  and (${session}.customer_id is null or ${customerMayLogIn(`${session}.tenant`, `${session}.customer_id`)}
    or (${session}.employee_id is not null and ${customerMayBeActedFor(`${session}.tenant`, `${session}.customer_id`)}))`;

/** SQL that is true while a session is valid; all parameters are SQL too. A null session means that no token exists. */
export function validSessionExists({ tenant, session, now }: Record<'tenant' | 'session' | 'now', string>): string {
  return `(${session}::uuid is null or exists (select 1 from sessions s where s.tenant = ${tenant} and s.id = ${session}
    and ${sessionIsValid(now)}))`;
}

/**
 * Whether the session's customer may log in. A session in which an employee acts for the customer may be valid even if
 * not.
 */
export const mayLogIn: SessionProjection = {
  expression: `to_json(${customerMayLogIn('s.tenant', 's.customer_id')})`,
};

/** The companies that the session's customer administers now, in JSON; a token may be older than this. */
export const administeredCompanies: SessionProjection = {
  expression: `(select json_agg(m.legal_entity_id) from ${activeMemberships} m
    where m.tenant = s.tenant and m.customer_id = s.customer_id and m.company_group = 'Admin')`,
};

/** What a batched check returns: `withheld` are the bytes of a value that is too large for a batch. */
export interface CheckedCaller {
  loaded: unknown;
  withheld: number | null;
}

/** The input of a check; `value` is that of the projection. */
const checkInput = { tenant: 'text', session: 'uuid', now: 'timestamptz', value: 'text' };

/** SQL for the projection of the session of `request`; no row for a session that is not valid. */
const callerOf = (expression: string): string => `(select ${expression} as loaded from sessions s
        where s.tenant = request.tenant and s.id = request.session and ${sessionIsValid(PROJECTION_TIME)} limit 1) caller`;

/** A part of a large value: a `field` of an object, whose items follow if it is a list, or an item of a list. */
export interface Piece {
  /** Null unless the value is withheld. */
  withheld: number | null;
  field: string | null;
  isItem: boolean | null;
  piece: unknown;
}

/** The statements that check a session and load a projection. */
export interface SessionCheckStatements {
  /** Unique in this process. */
  number: number;
  /** Batched; takes the columns of `checkInput`. No row: the session is not valid. */
  batched: Required<Statement>;
  /**
   * The same for a large value, which PostgreSQL returns in pieces: the driver would parse the whole in one step and
   * block the event loop. `$1` to `$4` as `checkInput`, `$5` the bytes that are allowed. No row: the session is not
   * valid.
   */
  piecewise: Statement;
}

/** A statement that is composed for each request costs more than the query. */
const statementCache = new WeakMap<SessionProjection, SessionCheckStatements>();
let lastNumber = 0;

const noProjection: SessionProjection = { expression: 'null' };

/** Composes the statements of a projection when it is used for the first time. */
export function statementsOf(projection = noProjection): SessionCheckStatements {
  let statements = statementCache.get(projection);
  if (!statements) {
    const number = ++lastNumber;
    const caller = callerOf(projection.expression);
    statements = {
      number,
      batched: { name: `check_session_${number}`, text: batchedText(caller) },
      piecewise: { name: `check_session_piecewise_${number}`, text: piecewiseText(caller) },
    };
    statementCache.set(projection, statements);
  }
  return statements;
}

function batchedText(caller: string): string {
  const bytes = 'pg_column_size(caller.loaded)';
  const isLarge = `${bytes} > ${MAX_BATCHED_BYTES}`;
  return `select request.n, case when ${isLarge} then null else caller.loaded end as loaded,
        case when ${isLarge} then ${bytes} end as withheld
      from ${batchRows(checkInput)}
      cross join lateral ${caller}`;
}

function piecewiseText(caller: string): string {
  const object = `json_each(case json_typeof(loaded) when 'object' then loaded else '{}' end) each`;
  // The limit in `callerOf` makes PostgreSQL create the value once.
  return `select case when bytes > $5::bigint then bytes end as withheld, field, is_item as "isItem", piece
      from (select caller.loaded, pg_column_size(caller.loaded) as bytes
        from (select $1::text as tenant, $2::uuid as session, $3::timestamptz as now, $4::text as value) request
        cross join lateral ${caller}
      ) caller left join lateral (
        select null as field, true as is_item,
          json_array_elements(case json_typeof(loaded) when 'array' then loaded else '[]' end) as piece
        union all
        select each.key, false, case json_typeof(each.value) when 'array' then '[]' else each.value end from ${object}
        union all
        select each.key, true,
          json_array_elements(case json_typeof(each.value) when 'array' then each.value else '[]' end) from ${object}
      ) pieces on bytes <= $5::bigint`;
}

/** Assembles the pieces of a large value. */
export function assemble(pieces: Piece[]): unknown {
  if (pieces.every(({ field }) => field === null)) return pieces.map(({ piece }) => piece);
  const object: Record<string, unknown> = {};
  for (const { field, isItem, piece } of pieces) {
    if (isItem) (object[field ?? ''] as unknown[]).push(piece);
    else object[field ?? ''] = piece;
  }
  return object;
}
