import './threads.js';
import { StartError, describeStartError } from './start-error.js';
import { loadConfig } from './config/config.js';
import { similarVariables } from './config/similar-variables.js';
import { startEmbeddedPostgres } from './database/embedded-postgres.js';
import { lockDemo } from './demo/demo-lock.js';
import { demoSecrets } from './demo/demo-secrets.js';

/** The folder of the embedded database and of the demo's secrets. */
const HOME = '.foyer';

/**
 * A wrong setting is reported before the modules of the service are loaded, which takes two seconds. They are loaded
 * while PostgreSQL starts.
 *
 * @returns a function that stops everything that was started
 */
async function start(): Promise<(signal: NodeJS.Signals) => Promise<void>> {
  const isDemo = process.argv.includes('--demo');
  // Several demos may share a database of DATABASE_URL.
  const problem = isDemo && !process.env.DATABASE_URL ? lockDemo(HOME) : undefined;
  if (problem) throw new StartError(problem);
  const secrets = isDemo ? demoSecrets(HOME) : undefined;
  const config = loadConfig(process.env, secrets);
  const warnings = similarVariables(process.env);
  const loaded = import('./serve.js');
  const postgres = config.databaseUrl ? undefined : await startEmbeddedPostgres(`${HOME}/postgres`);
  config.databaseUrl ??= postgres?.url ?? null;

  try {
    const { close, serve } = await loaded;
    const migrates = postgres !== undefined || secrets !== undefined;
    const app = await serve(config, { migrates, demo: secrets && { secrets, home: HOME }, warnings });
    return async (signal) => {
      await close(app, signal);
      await postgres?.stop();
    };
  } catch (error) {
    await postgres?.stop();
    throw error;
  }
}

const started = start();
let stopping = false;
// SIGHUP: the terminal was closed.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    // A start is completed before the stop, because a partial start cannot be undone.
    void started.then((stop) => stop(signal)).then(() => process.exit(0));
  });
}

/** Node would print every property of an error, and some of them contain settings. */
function exitWithError(error: unknown): void {
  console.error(describeStartError(error, process.env));
  process.exit(1);
}
started.catch(exitWithError);
process.on('uncaughtException', exitWithError);
