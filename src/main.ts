import './threads.js';
import { describeStartError } from './cannot-start.js';
import { loadConfig } from './config/config.js';
import { startEmbeddedPostgres } from './database/embedded-postgres.js';
import { demoSecrets } from './demo/demo-secrets.js';

/** The folder of the embedded database and of the demo's secrets. */
const HOME = '.foyer';

/**
 * A wrong setting is reported before the modules of the service are loaded, which takes two seconds. They are loaded
 * while PostgreSQL starts.
 *
 * @returns a function that stops everything that was started
 */
async function start(): Promise<() => Promise<void>> {
  const secrets = process.argv.includes('--demo') ? demoSecrets(HOME) : undefined;
  const config = loadConfig(process.env, secrets);
  const loaded = import('./serve.js');
  const postgres = config.databaseUrl ? undefined : await startEmbeddedPostgres(`${HOME}/postgres`);
  config.databaseUrl ??= postgres?.url ?? null;

  try {
    const { serve } = await loaded;
    const migrates = postgres !== undefined || secrets !== undefined;
    const app = await serve(config, { migrates, demo: secrets && { secrets, home: HOME } });
    return async () => {
      await app.close();
      await postgres?.stop();
    };
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
}

const started = start();
let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    // A start is completed before the stop, because a partial start cannot be undone.
    void started.then((stop) => stop()).then(() => process.exit(0));
  });
}

/** Node would print every property of an error, and some of them contain settings. */
function end(error: unknown): void {
  console.error(describeStartError(error, process.env));
  process.exit(1);
}
started.catch(end);
process.on('uncaughtException', end);
