import { setTimeout as sleep } from 'node:timers/promises';
import { MikroORM } from '@mikro-orm/postgresql';
import type { Transaction } from 'kysely';
import type { ClientBase } from 'pg';
import { PgBoss } from 'pg-boss';
import { ormOptions } from '../mikro-orm.config.js';
import { StartError } from './start-error.js';
import { connect } from './database/connect.js';
import { setRoleTimeouts } from './database/role-timeouts.js';
import { localTimeouts, migrationLockTimeouts, migrationTimeouts, withTimeouts } from './database/timeouts.js';

/** How long a process waits for another one that migrates, and the pause between two attempts, in milliseconds. */
const MAX_WAIT_MILLISECONDS = 15 * 60_000;
const POLL_MILLISECONDS = 200;

/** The key of an advisory lock, the same in every process: the process that holds the lock migrates, others wait. */
const LOCK = 4_013_661;

/**
 * Brings a database to the schema of this version, under an advisory lock: of several instances that start at once,
 * one migrates and none fails.
 *
 * @param prepared false behind a connection pooler in transaction mode, where a transaction holds the lock and a session
 * could not
 * @returns the names of the migrations that were run
 */
export async function migrate(databaseUrl: string, prepared = true): Promise<string[]> {
  const holder = await connect(databaseUrl, migrationLockTimeouts, prepared);
  try {
    if (!prepared) await setRoleTimeouts(holder);
    await lock(holder);
    const names = await runMigrations(databaseUrl, prepared);
    await installJobQueue(databaseUrl, prepared);
    await holder.query('commit');
    return names;
  } finally {
    // The lock ends with the transaction, which ends with the connection.
    await holder.end();
  }
}

/**
 * Begins a transaction that holds the lock. The attempts of a process that waits are short transactions: behind a
 * pooler, a long one would take one of the few connections that the migrating process requires.
 */
async function lock(holder: ClientBase): Promise<void> {
  for (const deadline = Date.now() + MAX_WAIT_MILLISECONDS; Date.now() < deadline; await sleep(POLL_MILLISECONDS)) {
    await holder.query('begin');
    await holder.query(localTimeouts(migrationLockTimeouts));
    const { rows } = await holder.query<{ held: boolean }>('select pg_try_advisory_xact_lock($1) as held', [LOCK]);
    if (rows[0]?.held) return;
    await holder.query('rollback');
  }
  throw new StartError('Another process has been migrating the database for 15 minutes: check that process first.');
}

async function runMigrations(databaseUrl: string, prepared: boolean): Promise<string[]> {
  const orm = await MikroORM.init(ormOptions(databaseUrl, 2, { timeouts: migrationTimeouts, prepared }));
  try {
    const done = await orm.em.transactional(async (em) => {
      await em.execute(localTimeouts(migrationTimeouts));
      return orm.migrator.up({ transaction: em.getTransactionContext<Transaction<unknown>>() });
    });
    return done.map(({ name }) => name);
  } finally {
    await orm.close();
  }
}

/** pg-boss brings its own tables to its own version when it starts. */
async function installJobQueue(databaseUrl: string, prepared: boolean): Promise<void> {
  const connectionString = withTimeouts(databaseUrl, migrationTimeouts, prepared);
  const boss = new PgBoss({ connectionString, max: 1, supervise: false, schedule: false });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.stop({ graceful: false });
}
