import { setTimeout as sleep } from 'node:timers/promises';
import { EntityManager } from '@mikro-orm/postgresql';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from './app.js';
import { StartError } from './start-error.js';
import { checkDatabase } from './check-database.js';
import type { Config } from './config/config.js';
import { printNextSteps, provisionDemo } from './demo/demo.js';
import { demoCredentials } from './demo/demo-credentials.js';
import type { DemoSecrets } from './demo/demo-secrets.js';
import { assertSecrets } from './fingerprints.js';
import { flushLog } from './log-output.js';
import { migrate } from './migrate.js';
import { RequestScope } from './tenants/request-scope.js';
import { TenantsService } from './tenants/tenants.service.js';
import { lowerHashPriority } from './threads.js';

interface ServeOptions {
  /** Whether this process migrates the database. Otherwise an operator runs the migrations. */
  migrates: boolean;
  /** For a demo, its secrets and the folder where it stores its facts. */
  demo: { secrets: DemoSecrets; home: string } | undefined;
  /** Warnings about the environment, to be logged. */
  warnings: string[];
}

/**
 * Listens on the port of `config`.
 *
 * @throws StartError if the database cannot be used, the secret is not that of the database, or the service cannot
 * listen
 */
export async function serve(
  config: Config,
  { migrates, demo, warnings }: ServeOptions,
): Promise<NestFastifyApplication> {
  if (migrates) await migrate(config.databaseUrl ?? '', config.databasePrepared);
  await checkDatabase(config);
  const keysWarning = await assertSecrets(config);
  const app = await createApp(config, { demo: demo && demoCredentials(demo.secrets.serviceClientSecret) });
  lowerHashPriority();
  const facts = demo && (await provisionDemo(app, config, demo.secrets, demo.home));
  const logger = new Logger('start');
  for (const warning of [...warnings, keysWarning]) if (warning) logger.warn(warning);
  const unknown = await unknownTenants(app, config);
  if (unknown.length > 0) logger.warn(`STORES contains tenants that do not exist: ${unknown.join(', ')}`);
  // Fastify listens directly, because Nest would log additional lines if the port is in use.
  const fastify = app.getHttpAdapter().getInstance();
  await fastify.listen({ port: config.port, host: config.host }).catch((error: unknown) => {
    throw new StartError(cannotListen(error as NodeJS.ErrnoException, config));
  });
  logger.log(`Foyer listens on http://${config.host}:${config.port} (${config.mode})`);
  if (facts) printNextSteps(facts);
  return app;
}

/** How long a stop may take: less than the 30 seconds after which Kubernetes kills a process. */
const STOP_MILLISECONDS = 25_000;

/**
 * Completes the requests that were accepted, and logs why and when the service stops. Work that is not done by then, for
 * example because the database does not respond, ends with the process.
 */
export async function close(app: NestFastifyApplication, signal: NodeJS.Signals): Promise<void> {
  const logger = new Logger('stop');
  logger.log(`Foyer is stopping (${signal})`);
  const stopped = app.close().then(() => 'Foyer has stopped');
  const deadline = sleep(STOP_MILLISECONDS, undefined, { ref: false });
  const message = await Promise.race([stopped, deadline]);
  if (message) logger.log(message);
  else logger.warn('Foyer has stopped before all work was done');
  await flushLog();
}

function cannotListen({ code, message }: NodeJS.ErrnoException, { host, port }: Config): string {
  if (code === 'EADDRINUSE') return `Port ${port} is in use: stop the process that uses it, or set another PORT.`;
  if (code === 'EACCES') return `The process may not listen on port ${port}: set a PORT above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `HOST ${host} is not an address of this machine (${code}): set HOST to one, or to 0.0.0.0 for all of them.`;
  }
  return `The service cannot listen: ${message}. Check HOST and PORT.`;
}

/** The tenants in `STORES` that do not exist: a typo, or a tenant that is created later. */
async function unknownTenants(app: NestFastifyApplication, { stores }: Config): Promise<string[]> {
  const tenants = await RequestScope.run(app.get(EntityManager), () => app.get(TenantsService).list());
  const known = tenants.map(({ name }) => name);
  return [...new Set(stores.map(({ tenant }) => tenant))].filter((tenant) => !known.includes(tenant));
}
