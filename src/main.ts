import './threads.js';
import { createApp } from './app.js';
import { loadConfig } from './config/config.js';
import { startEmbeddedPostgres } from './database/embedded-postgres.js';
import { migrate } from './migrations/migrate.js';
import { greet, provisionDemo } from './demo/demo.js';
import { demoSecrets } from './demo/demo-secrets.js';

/** Where the embedded database and the demo's secrets live. */
const HOME = '.foyer';

/** @returns what stops all that was started */
async function start(): Promise<() => Promise<void>> {
  const secrets = process.argv.includes('--demo') ? demoSecrets(HOME) : undefined;
  const config = loadConfig(process.env, secrets);
  const postgres = config.databaseUrl ? undefined : await startEmbeddedPostgres(`${HOME}/postgres`);
  config.databaseUrl ??= postgres?.url ?? null;

  try {
    if (postgres || secrets) await migrate(config.databaseUrl ?? '');
    const app = await createApp(config);
    const facts = secrets && (await provisionDemo(app, config, secrets, HOME));
    await app.listen(config.port, config.host);
    if (facts) greet(facts);
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
    // One that still starts comes up first: half a start cannot be undone.
    void started.then((stop) => stop()).then(() => process.exit(0));
  });
}

started.catch((error: unknown) => {
  console.error(error instanceof Error && error.message.startsWith('Foyer cannot start') ? error.message : error);
  process.exit(1);
});
