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

/** Where the embedded database and the demo's secrets live. */
const HOME = '.foyer';

/**
 * The settings of this process. Without DATABASE_URL the embedded database is meant, and with it the demo's secrets;
 * with it, secrets are made up that are good for nothing but to start: a command that seals or signs must need them.
 */
function commandConfig(): Config {
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

/**
 * Does work with the parts of the service, without HTTP and without the mail queue, as the operator. The database is
 * that of DATABASE_URL, else the embedded one, which is migrated, and keeps running if it did.
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
