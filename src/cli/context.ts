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
import { migrate } from '../migrations/migrate.js';
import { newSigningKey } from '../sessions/signing-keys.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Refusal } from './refusal.js';

/** Where the embedded database, the demo's secrets and what is to know of the demo live. */
export const HOME = '.foyer';

/**
 * The settings of this process. Without DATABASE_URL the embedded database is meant, and with it the demo's secrets;
 * with it, secrets are made up that are good for nothing but to start: a command that seals or signs must need them.
 *
 * @throws Refusal when neither is there: who forgot DATABASE_URL must not find a new, empty database
 */
function commandConfig(): Config {
  if (!process.env.DATABASE_URL) {
    if (!existsSync(HOME)) {
      throw new Refusal(
        `Which database? Set DATABASE_URL=postgresql://…; or make the demo's with \`npm run demo\`, there is no ${HOME}/ here.`,
      );
    }
    console.error(`DATABASE_URL is not set: working on the demo's database in ${HOME}/.`);
  }
  const made = process.env.DATABASE_URL ? { signingKeys: [newSigningKey()], secret: randomToken() } : demoSecrets(HOME);
  return loadCommandConfig(process.env, made);
}

/** Private keys in PEM that the service of this environment signs with. @throws Refusal when nobody has set any */
export function signingKeys(): string[] {
  const { SIGNING_KEYS } = process.env;
  if (SIGNING_KEYS) return loadCommandConfig({ SIGNING_KEYS }, { signingKeys: [], secret: '' }).signingKeys;
  if (existsSync(`${HOME}/secrets.json`)) return demoSecrets(HOME).signingKeys;
  throw new Refusal('SIGNING_KEYS is missing: private keys in PEM, or the comma-separated paths of their files.');
}

/** For what may leave a mail, which is sealed with the secret of the service. @throws Refusal when it is not known */
export function needSecret(): void {
  const { DATABASE_URL, FOYER_SECRET } = process.env;
  if (DATABASE_URL && !FOYER_SECRET)
    throw new Refusal('FOYER_SECRET is missing: the customer gets a mail, sealed with it.');
}

/**
 * Does work with the parts of the service, without HTTP and without the mail queue, as the operator. The database is
 * that of DATABASE_URL, else the demo's, which is migrated, and keeps running if it did.
 */
export async function withService<T>(work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
  const config = commandConfig();
  const postgres = config.databaseUrl ? undefined : await startEmbeddedPostgres(`${HOME}/postgres`);
  config.databaseUrl ??= postgres?.url ?? null;
  try {
    if (postgres) await migrate(postgres.url);
    const options = { logger: false, abortOnError: false } as const;
    const app = await NestFactory.createApplicationContext(AppModule.for(config), options);
    try {
      return await RequestScope.run(app.get(EntityManager), () => {
        if (RequestScope.current) RequestScope.current.actor = { kind: 'operator', id: operator() };
        return work(app);
      });
    } finally {
      await app.close();
    }
  } finally {
    await postgres?.stop();
  }
}

/** The same within a tenant: every query sees its rows only. @throws Refusal when there is no such tenant */
export async function inTenant<T>(tenant: string, work: (app: INestApplicationContext) => Promise<T>): Promise<T> {
  return withService(async (app) => {
    try {
      await app.get(TenantsService).enter(tenant);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      throw new Refusal(`There is no tenant '${tenant}'.`);
    }
    return work(app);
  });
}

/** Who sits at the command line; in a container the number may have no name. */
function operator(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}
