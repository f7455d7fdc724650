import { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { ormOptions } from '../mikro-orm.config.js';
import {
  START_CONNECTION_TIMEOUT,
  type Timeouts,
  migrationLockTimeouts,
  migrationTimeouts,
  requestTimeouts,
  withTimeouts,
} from './database/timeouts.js';

/** The key of an advisory lock, the same in every process: the process that holds the lock migrates, others wait. */
const LOCK = 4_013_661;

/**
 * Brings a database to the schema of this version, under an advisory lock: of several instances that start at once,
 * one migrates and none fails.
 *
 * @returns the names of the migrations that were run
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const holder = await connect(databaseUrl, migrationLockTimeouts);
  try {
    await holder.query('select pg_advisory_lock($1)', [LOCK]);
    const orm = await MikroORM.init(ormOptions(databaseUrl, 2, migrationTimeouts));
    try {
      const done = await orm.migrator.up();
      await installJobQueue(databaseUrl);
      return done.map(({ name }) => name);
    } finally {
      await orm.close();
    }
  } finally {
    // The lock ends with the connection.
    await holder.end();
  }
}

async function connect(databaseUrl: string, timeouts: Timeouts): Promise<pg.Client> {
  const connectionString = withTimeouts(databaseUrl, timeouts);
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: START_CONNECTION_TIMEOUT });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/**
 * Whether a database has the schema of this version, or of a later one. It only looks, for a service may have no right
 * to change tables.
 *
 * @throws Error when the database cannot be reached
 */
export async function isMigrated(databaseUrl: string): Promise<boolean> {
  const client = await connect(databaseUrl, requestTimeouts);
  try {
    const { rows } = await client.query<{ name: string }>('select name from mikro_orm_migrations');
    const done = new Set(rows.map(({ name }) => name));
    const all = ormOptions(databaseUrl, 1).migrations?.migrationsList ?? [];
    return all.every((migration) => 'name' in migration && done.has(migration.name));
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '42P01') return false;
    throw error;
  } finally {
    await client.end();
  }
}

/** pg-boss brings its own tables to its own version when it starts. */
async function installJobQueue(databaseUrl: string): Promise<void> {
  const connectionString = withTimeouts(databaseUrl, migrationTimeouts);
  const boss = new PgBoss({ connectionString, max: 1, supervise: false, schedule: false });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.stop({ graceful: false });
}
