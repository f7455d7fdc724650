import { describeStartError } from './cannot-start.js';
import { loadDatabaseUrl } from './config/config.js';
import { migrate } from './migrate.js';

/** `npm run migrate`: migrates the database of `DATABASE_URL` to the schema of this version. */
try {
  const done = await migrate(loadDatabaseUrl(process.env));
  console.log(done.length > 0 ? `Migrated: ${done.join(', ')}` : 'Nothing to migrate.');
} catch (error) {
  console.error(describeStartError(error, process.env));
  process.exitCode = 1;
}
