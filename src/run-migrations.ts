import { describeStartError } from './start-error.js';
import { loadDatabase } from './config/config.js';

/** `npm run migrate`: migrates the database of `DATABASE_URL` to the schema of this version. */
try {
  const { url, prepared } = loadDatabase(process.env);
  // Imported after the check of the setting, because loading all entities takes a second.
  const { migrate } = await import('./migrate.js');
  const done = await migrate(url, prepared);
  console.log(done.length > 0 ? `Migrated: ${done.join(', ')}` : 'Nothing to migrate.');
} catch (error) {
  console.error(describeStartError(error, process.env));
  process.exitCode = 1;
}
