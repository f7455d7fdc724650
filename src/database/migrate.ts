import type { MikroORM } from '@mikro-orm/postgresql';
import { PgBoss } from 'pg-boss';

/** An arbitrary number, the same in every Foyer: whoever holds the lock migrates, the others wait. */
const LOCK = 4_013_661;

/**
 * Brings the database to the schema of this version, under an advisory lock: of several instances that start at once,
 * one migrates and none fails.
 *
 * @returns the names of the migrations that were run
 */
export async function migrate(orm: MikroORM): Promise<string[]> {
  const pool = await orm.em.getConnection().getNativeClient();
  const holder = await pool.connect();
  try {
    await holder.query('select pg_advisory_lock($1)', [LOCK]);
    const done = await orm.migrator.up();
    const boss = new PgBoss({
      connectionString: orm.config.get('clientUrl') ?? '',
      max: 1,
      supervise: false,
      schedule: false,
    });
    boss.on('error', () => undefined);
    await boss.start();
    await boss.stop({ graceful: false });
    return done.map(({ name }) => name);
  } finally {
    await holder.query('select pg_advisory_unlock($1)', [LOCK]);
    holder.release();
  }
}
