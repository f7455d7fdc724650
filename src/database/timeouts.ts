/** The timeouts of a PostgreSQL connection, in milliseconds; 0 means no limit. */
export interface Timeouts {
  /** One statement, including the time that it waits for locks. */
  statement: number;
  /** The wait for one lock, of a table or of a row. */
  lock: number;
  /** A pause between two statements of one transaction. */
  idleInTransaction: number;
}

/** Timeouts of connections that serve requests. */
export const requestTimeouts: Timeouts = { statement: 5000, lock: 2000, idleInTransaction: 10_000 };

/**
 * The maximum wait for a connection at the start of a process, in milliseconds. PostgreSQL may be busy or still
 * starting.
 */
export const START_CONNECTION_TIMEOUT = 10_000;

/** Timeouts of the job queue's own statements, which also clean up. */
export const jobTimeouts: Timeouts = { statement: 60_000, lock: 10_000, idleInTransaction: 60_000 };

/** Timeouts of migrations. The lock timeout is short, because requests for a table wait behind a migration of it. */
export const migrationTimeouts: Timeouts = { statement: 0, lock: 10_000, idleInTransaction: 60_000 };

/** Timeouts of the transaction that holds the lock of the migrations, and is idle meanwhile. */
export const migrationLockTimeouts: Timeouts = { statement: 0, lock: 10_000, idleInTransaction: 0 };

/** Returns SQL that sets timeouts until the end of the transaction. */
export function localTimeouts({ statement, lock, idleInTransaction }: Timeouts): string {
  return `set local statement_timeout = ${statement}; set local lock_timeout = ${lock};
    set local idle_in_transaction_session_timeout = ${idleInTransaction}`;
}

/**
 * Adds timeouts to the URL of a database, as start-up options of each connection, which require no round trip. Options
 * in the URL itself come later and therefore take precedence.
 *
 * @param prepared false behind a connection pooler in transaction mode, which rejects such options: the URL is returned
 * as it is (`setRoleTimeouts`)
 */
export function withTimeouts(
  databaseUrl: string,
  { statement, lock, idleInTransaction }: Timeouts,
  prepared = true,
): string {
  if (!prepared) return databaseUrl;
  const [base = '', ...rest] = databaseUrl.split('?');
  const parameters = new URLSearchParams(rest.join('?'));
  const options = [
    `-c statement_timeout=${statement}`,
    `-c lock_timeout=${lock}`,
    `-c idle_in_transaction_session_timeout=${idleInTransaction}`,
    parameters.get('options') ?? '',
  ];
  parameters.set('options', options.join(' ').trim());
  // Encoded as %20, because not every parser reads a plus sign as a space.
  return `${base}?${parameters.toString().replaceAll('+', '%20')}`;
}
