import { MikroORM } from '@mikro-orm/postgresql';
import { createApp } from './app.js';
import { loadConfig } from './config/config.js';
import { startEmbeddedPostgres } from './database/embedded-postgres.js';
import { migrate } from './database/migrate.js';
import { greet, provisionDemo } from './demo/demo.js';
import { demoSecrets } from './demo/demo-secrets.js';

/** Where the embedded database and the demo's secrets live. */
const HOME = '.foyer';

async function start(): Promise<void> {
  const secrets = process.argv.includes('--demo') ? demoSecrets(HOME) : undefined;
  const config = loadConfig(process.env, secrets);
  const postgres = config.databaseUrl ? undefined : await startEmbeddedPostgres(`${HOME}/postgres`);
  config.databaseUrl ??= postgres?.url ?? null;

  const app = await createApp(config);
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await app.close();
    await postgres?.stop();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());

  if (postgres || secrets) await migrate(app.get(MikroORM));
  await app.listen(config.port, config.host);
  if (secrets) greet(await provisionDemo(app, config, secrets, HOME));
}

start().catch((error: unknown) => {
  console.error(error instanceof Error && error.message.startsWith('Foyer cannot start') ? error.message : error);
  process.exit(1);
});
