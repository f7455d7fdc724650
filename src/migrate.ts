import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from '../mikro-orm.config.js';
import { migrate } from './database/migrate.js';
import { startEmbeddedPostgres } from './database/embedded-postgres.js';

/** `npm run migrate`: brings the database of `DATABASE_URL`, or the embedded one, to this version. */
const postgres = process.env.DATABASE_URL ? undefined : await startEmbeddedPostgres('.foyer/postgres');
const orm = await MikroORM.init(ormOptions(process.env.DATABASE_URL ?? postgres?.url ?? '', 2));
try {
  const done = await migrate(orm);
  console.log(done.length > 0 ? `Migrated: ${done.join(', ')}` : 'Nothing to migrate.');
} finally {
  await orm.close();
  await postgres?.stop();
}
