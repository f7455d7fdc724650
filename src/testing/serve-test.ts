import { rmSync } from 'node:fs';
import { StartError } from '../start-error.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../database/embedded-postgres.js';
import { deleteAfterwards } from './delete-afterwards.js';
import type { TestFacts } from './start-foyer.cjs';
import { temporaryFolder } from './temporary-folder.js';
import type { TestOptions } from './test-app.js';

/** The database is deleted when the service stops, so it does not have to survive a crash. */
const POSTGRES = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '256MB',
  shared_buffers: '64MB',
};

interface TestService {
  facts: TestFacts;
  /** Stops the service and deletes its database. */
  stop: () => Promise<void>;
}

/**
 * Starts the service in the mode `test`: on 127.0.0.1, with a temporary database, the tenant of the demo, and routes that
 * require no token. `DATABASE_URL` is ignored, because a reset deletes all rows.
 *
 * @param env the environment variables; only the rate limits and the log level apply
 * @throws Failure `invalid_input` for settings that are not valid; StartError or ConfigError if it cannot start
 */
export async function serveTest(options: TestOptions, env: Record<string, string | undefined>): Promise<TestService> {
  // Load the modules of the service while PostgreSQL starts. `await loaded` below reports an error.
  const loaded = import('./test-app.js');
  loaded.catch(() => undefined);
  const home = createHome();
  deleteAfterwards(home);
  let postgres: EmbeddedPostgres | undefined;
  const cleanUp = async (): Promise<void> => {
    await postgres?.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  try {
    postgres = await startEmbeddedPostgres(`${home}/postgres`, { settings: POSTGRES });
    const { serveTestApp } = await loaded;
    const { app, facts } = await serveTestApp(options, { databaseUrl: postgres.url, home, env });
    const stop = async (): Promise<void> => {
      await app.close();
      await cleanUp();
    };
    return { facts, stop };
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

function createHome(): string {
  try {
    return temporaryFolder();
  } catch (error) {
    throw new StartError((error as Error).message);
  }
}
