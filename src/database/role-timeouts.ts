import type { ClientBase } from 'pg';
import { requestTimeouts } from './timeouts.js';

/**
 * Sets the timeouts of requests as defaults of the role in this database. A connection pooler in transaction mode accepts
 * no start-up options, and a setting of a session would apply to other clients. A limit that an operator has set is kept.
 * The session of this statement gets the same limits, because the pooler reuses it.
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
  // Without the lock, one of two processes that alter the role at the same time would fail.
  await client.query(`do $$ begin perform pg_advisory_xact_lock(${LOCK});${set.join('')} end $$`);
}

/** The key of the advisory lock. */
const LOCK = 4_013_662;
