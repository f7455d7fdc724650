import { cannotStart } from './cannot-start.js';
import { migrate } from './migrations/migrate.js';

/**
 * `npm run migrate`: brings the database of `DATABASE_URL` to this version. The embedded one migrates at each start.
 */
const databaseUrl = process.env.DATABASE_URL;
try {
  if (!databaseUrl) {
    throw new Error('Foyer cannot start:\n  DATABASE_URL is missing: postgresql://user:password@host:5432/foyer');
  }
  const done = await migrate(databaseUrl);
  console.log(done.length > 0 ? `Migrated: ${done.join(', ')}` : 'Nothing to migrate.');
} catch (error) {
  console.error(cannotStart(error) ?? error);
  process.exitCode = 1;
}
