import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded-postgres.ts';

declare global {
  var postgresOfTests: { server: EmbeddedPostgres; directory: string } | undefined;
}

/** One PostgreSQL for the whole run; each story makes a database of its own in it. */
export default async function setup(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'foyer-test-'));
  const server = await startEmbeddedPostgres(directory, {
    settings: { fsync: 'off', synchronous_commit: 'off', max_connections: '300' },
  });
  globalThis.postgresOfTests = { server, directory };
  process.env.TEST_DATABASE_URL = server.url;
  process.env.NODE_COMPILE_CACHE = join(directory, 'compiled');
}
