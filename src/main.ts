import './threads.js';
import { EntityManager } from '@mikro-orm/postgresql';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from './app.js';
import { NotMigrated, cannotStart } from './cannot-start.js';
import { type Config, loadConfig } from './config/config.js';
import { startEmbeddedPostgres } from './database/embedded-postgres.js';
import { isMigrated, migrate } from './migrations/migrate.js';
import { greet, provisionDemo } from './demo/demo.js';
import { demoSecrets } from './demo/demo-secrets.js';
import { RequestScope } from './tenants/request-scope.js';
import { TenantsService } from './tenants/tenants.service.js';

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
    else if (!(await isMigrated(config.databaseUrl ?? ''))) throw new NotMigrated();
    const app = await createApp(config);
    const facts = secrets && (await provisionDemo(app, config, secrets, HOME));
    const logger = new Logger('start');
    const strangers = await unknownTenants(app, config);
    if (strangers.length > 0) logger.warn(`STORES names tenants that are not there: ${strangers.join(', ')}`);
    // Not by way of Nest, which would log a port in use in lines of its own.
    await app.getHttpAdapter().getInstance().listen({ port: config.port, host: config.host });
    logger.log(`Foyer listens on http://${config.host}:${config.port} (${config.mode})`);
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

/** The tenants of the stores that nobody has made: a slip of the pen, or one still to be made. */
async function unknownTenants(app: NestFastifyApplication, { stores }: Config): Promise<string[]> {
  const tenants = await RequestScope.run(app.get(EntityManager), () => app.get(TenantsService).list());
  const known = tenants.map(({ name }) => name);
  return [...new Set(stores.map(({ tenant }) => tenant))].filter((tenant) => !known.includes(tenant));
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
  console.error(cannotStart(error) ?? error);
  process.exit(1);
});
