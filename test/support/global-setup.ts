import { chmodSync, mkdirSync } from 'node:fs';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded-postgres.ts';
import { buildPage } from './build-page.ts';
import teardown from './global-teardown.ts';
import { temporaryFolder } from '../../src/testing/temporary-folder.ts';

declare global {
  var postgresOfTests: { server: EmbeddedPostgres; directory: string; stopping?: Promise<void> } | undefined;
}

/**
 * Builds the employees' page, starts one PostgreSQL and creates one temporary folder, which all projects of the run
 * share.
 */
export default async function setup(): Promise<void> {
  buildPage();
  if (globalThis.postgresOfTests) return;
  const directory = temporaryFolder();
  chmodSync(directory, 0o755);
  mkdirSync(`${directory}/postgres`, 0o755);
  process.env.TMPDIR = directory;
  process.env.NODE_COMPILE_CACHE = `${directory}/compiled`;
  const server = await startEmbeddedPostgres(`${directory}/postgres`, {
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      max_connections: '300',
      max_wal_size: '256MB',
      autovacuum: 'off',
    },
  });
  globalThis.postgresOfTests = { server, directory };
  process.env.TEST_DATABASE_URL = server.url;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void teardown().finally(() => process.exit(1)));
  }
}
