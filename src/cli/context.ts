import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { EntityManager } from '@mikro-orm/postgresql';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { Failure } from '../common/failure.js';
import { randomToken } from '../common/secrets.js';
import { type Config, loadCommandConfig } from '../config/config.js';
import { startEmbeddedPostgres } from '../database/embedded-postgres.js';
import { demoSecrets } from '../demo/demo-secrets.js';
import { assertSecret } from '../fingerprints.js';
import { migrate } from '../migrate.js';
import { newSigningKey } from '../sessions/signing/signing-keys.js';
import { type Reach, ownReach } from '../tenants/reach.js';
import { type Actor, RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { CommandError } from './command-error.js';

/** The folder of the embedded database, of the demo's secrets and of the demo's data. */
export const HOME = '.foyer';

/** Work with the services of the application, and the reach of the operator. */
type Work<T> = (app: INestApplicationContext, reach: Reach) => Promise<T>;

/**
 * The settings of this process. Without DATABASE_URL they are those of the embedded database, with the demo's secrets.
 * With DATABASE_URL, the secrets are random and only allow the process to start. A command that seals or signs must
 * require the real secrets.
 *
 * @throws CommandError when neither exists: without DATABASE_URL, an operator must not get a new, empty database
 */
function commandConfig(): Config {
  if (!process.env.DATABASE_URL) {
    if (!existsSync(HOME)) {
      throw new CommandError(
        `DATABASE_URL is required: this folder has no ${HOME}/ with the demo's database. \`npm run demo\` creates it.`,
      );
    }
    console.error(`DATABASE_URL is not set: using the demo's database in ${HOME}/.`);
  }
  const secrets = process.env.DATABASE_URL
    ? { signingKeys: [newSigningKey()], secret: randomToken() }
    : demoSecrets(HOME);
  return loadCommandConfig(process.env, secrets);
}

/** Private keys in PEM with which the service of this environment signs. @throws CommandError when none is set */
export function signingKeys(): string[] {
  const { SIGNING_KEYS } = process.env;
  if (SIGNING_KEYS) return loadCommandConfig({ SIGNING_KEYS }, { signingKeys: [], secret: '' }).signingKeys;
  if (existsSync(`${HOME}/secrets.json`)) return demoSecrets(HOME).signingKeys;
  throw new CommandError('SIGNING_KEYS is required: private keys in PEM, or the comma-separated paths of such files.');
}

/** For commands that may create a mail, which is sealed with the secret. @throws CommandError when it is not set */
export function requireMailSecret(): void {
  assertSecretSet('the mail to the customer is encrypted with it.');
}

/** @param reason why the command requires the secret. @throws CommandError when the secret of the service is not set */
export function assertSecretSet(reason: string): void {
  const { DATABASE_URL, FOYER_SECRET } = process.env;
  if (DATABASE_URL && !FOYER_SECRET) throw new CommandError(`FOYER_SECRET is required: ${reason}`);
}

/**
 * Runs work on a database: the one of DATABASE_URL, otherwise the demo's. The demo's database is migrated. It keeps
 * running if it was running before.
 */
export async function withDatabase<T>(work: (config: Config) => Promise<T>): Promise<T> {
  const config = commandConfig();
  const postgres = config.databaseUrl ? undefined : await startEmbeddedPostgres(`${HOME}/postgres`);
  config.databaseUrl ??= postgres?.url ?? null;
  try {
    if (postgres) await migrate(postgres.url);
    return await work(config);
  } finally {
    await postgres?.stop();
  }
}

/**
 * Runs work with the services of the application, without HTTP and without the mail queue, as the operator.
 *
 * @throws StartError when FOYER_SECRET is set and differs from the secret that the database is used with
 */
export async function withService<T>(work: Work<T>): Promise<T> {
  return withDatabase(async (config) => {
    // Without the service's secret, the command uses a random one, and stores nothing that depends on it.
    if (process.env.FOYER_SECRET || !process.env.DATABASE_URL) await assertSecret(config);
    const options = { logger: false, abortOnError: false } as const;
    const app = await NestFactory.createApplicationContext(AppModule.for(config), options);
    try {
      return await RequestScope.run(app.get(EntityManager), () => {
        const actor: Actor = { kind: 'operator', id: operator() };
        RequestScope.set({ actor });
        return work(app, { ...ownReach, actor });
      });
    } finally {
      await app.close();
    }
  });
}

/** Runs work within a tenant: every query sees only its rows. @throws CommandError when the tenant does not exist */
export async function inTenant<T>(tenant: string, work: Work<T>): Promise<T> {
  return withService(async (app, reach) => {
    try {
      await app.get(TenantsService).enter(tenant);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw new CommandError(`Tenant '${tenant}' does not exist.`);
    }
    return work(app, reach);
  });
}

/** The name of the operating-system user. In a container the user id may have no name. */
function operator(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
