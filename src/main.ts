import { lowerHashPriority } from './threads.js';
import { EntityManager } from '@mikro-orm/postgresql';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from './app.js';
import { SCHEMA_OUT_OF_DATE, StartError, describeStartError } from './cannot-start.js';
import { type Config, loadConfig } from './config/config.js';
import { startEmbeddedPostgres } from './database/embedded-postgres.js';
import { isMigrated, migrate } from './migrate.js';
import { assertSecrets } from './fingerprints.js';
import { greet, provisionDemo } from './demo/demo.js';
import { demoSecrets } from './demo/demo-secrets.js';
import { RequestScope } from './tenants/request-scope.js';
import { TenantsService } from './tenants/tenants.service.js';

/** The folder of the embedded database and of the demo's secrets. */
const HOME = '.foyer';

/** @returns a function that stops everything that was started */
async function start(): Promise<() => Promise<void>> {
  const secrets = process.argv.includes('--demo') ? demoSecrets(HOME) : undefined;
  const config = loadConfig(process.env, secrets);
  const postgres = config.databaseUrl ? undefined : await startEmbeddedPostgres(`${HOME}/postgres`);
  config.databaseUrl ??= postgres?.url ?? null;

  try {
    if (postgres || secrets) await migrate(config.databaseUrl ?? '');
    else if (!(await isMigrated(config.databaseUrl ?? ''))) throw new StartError(SCHEMA_OUT_OF_DATE);
    const warning = await assertSecrets(config);
    const app = await createApp(config);
    lowerHashPriority();
    const facts = secrets && (await provisionDemo(app, config, secrets, HOME));
    const logger = new Logger('start');
    if (warning) logger.warn(warning);
    const strangers = await unknownTenants(app, config);
    if (strangers.length > 0) logger.warn(`STORES names tenants that are not there: ${strangers.join(', ')}`);
    // Not through Nest, which would log additional lines if the port is in use.
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

/** The tenants in `STORES` that do not exist: a typo, or a tenant that is created later. */
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
