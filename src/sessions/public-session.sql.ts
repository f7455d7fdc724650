import { sessionIsValid } from './access/session-check.sql.js';

/*
 * SQL fragments about the sessions under a public session id, for the statements of higher modules.
 */

/** Common table expressions, by name. They take their values from the row `request`. */
export type Fragments = Record<string, string>;

/** SQL for the time when the public id of a session row began: it may come from an older session that still exists. */
export const startOfPublicId = (session: string): string =>
  `coalesce((select first.created_at from sessions first
      where first.tenant = ${session}.tenant and first.id = ${session}.public_id), ${session}.created_at)`;

/**
 * The valid sessions under a public id, as session rows `holders`: those of the customer who took over the id, and the
 * visitor's. `request` has `tenant`, `now`, and the id as `session`.
 */
export const holdersOfId: Fragments = {
  first: `select s.id, s.passed_to from request join sessions s on s.tenant = request.tenant and s.id = request.session
    where s.public_id = s.id and s.kind in ('anonymous', 'customer')`,
  holders: `select s.* from request cross join first join sessions s on s.tenant = request.tenant and s.id = first.id
    where ${sessionIsValid('request.now')}
    union all
    select s.* from request cross join first
      join sessions s on s.tenant = request.tenant and s.customer_id = first.passed_to
    where s.public_id = first.id and ${sessionIsValid('request.now')}`,
};

/** SQL that is true if there is a session row with that id, even if it has ended. Both parameters are SQL too. */
export const sessionExists = (tenant: string, id: string): string =>
  `exists (select 1 from sessions s where s.tenant = ${tenant} and s.id = ${id})`;

/**
 * SQL for the valid session of `request`, with its `id`, `kind` and `begun_at`. It is locked, so that its deletion waits
 * for the statement. `request` has `tenant`, `session` and `now`.
 */
export const lockedSession = `select s.id, s.kind, ${startOfPublicId('s')} as begun_at
    from request join sessions s on s.tenant = request.tenant and s.id = request.session
    where ${sessionIsValid('request.now')}
    for key share of s`;

/** The same for the session row `holder`. */
export const lockedHolder = `select s.id, s.kind, ${startOfPublicId('s')} as begun_at
    from holder join sessions s on s.tenant = holder.tenant and s.id = holder.id
    for key share of s`;

/** SQL for rows of sessions, including those that have ended; `context` are the values of the anonymous login. */
export const sessionRows = '(select tenant, id, public_id, customer_id, context from sessions)';
