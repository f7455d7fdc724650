import type { ClientBase } from 'pg';
import { requestTimeouts } from './timeouts.js';

/**
 * Sets the timeouts of requests as defaults of the role in this database. A connection pooler in transaction mode accepts
 * no start-up options, and a setting of a session would apply to other clients. A limit that an operator has set stays.
 * The session of this statement, which the pooler uses again, gets the same limits.
 */
export async function setRoleTimeouts(client: ClientBase): Promise<void> {
  const { statement, lock, idleInTransaction } = requestTimeouts;
  const timeouts = {
    statement_timeout: statement,
    lock_timeout: lock,
    idle_in_transaction_session_timeout: idleInTransaction,
  };
  const set = Object.entries(timeouts).map(
    ([name, milliseconds]) => `
      if current_setting('${name}') = '0' then
        execute format('alter role current_user in database %I set ${name} = ${milliseconds}', current_database());
        perform set_config('${name}', '${milliseconds}', false);
      end if;`,
  );
  // Of two processes that alter a role at once, one would fail.
  await client.query(`do $$ begin perform pg_advisory_xact_lock(${LOCK});${set.join('')} end $$`);
}

/** The key of the advisory lock. */
const LOCK = 4_013_662;
