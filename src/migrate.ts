import { migrate } from './migrations/migrate.js';

/** `npm run migrate`: brings the database of `DATABASE_URL` to this version. The embedded one migrates at each start. */
const databaseUrl = process.env.DATABASE_URL;
if (!databaseUrl) {
  console.error('DATABASE_URL is missing: postgresql://user:password@host:5432/foyer');
  process.exit(1);
}
const done = await migrate(databaseUrl);
console.log(done.length > 0 ? `Migrated: ${done.join(', ')}` : 'Nothing to migrate.');
