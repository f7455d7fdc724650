import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../src/common/free-port.ts';
import { MailServer } from '../test/support/smtp.ts';
import { importBuilt } from './built.ts';
import type { Cleanup } from './cleanup.ts';
import { type Running, npmStartOptions, inProject, start } from './processes.ts';

const START_SECONDS = 30;

/** The service in production mode. */
export interface Production extends Running {
  url: string;
  databaseUrl: string;
}

export interface ProductionOptions {
  /** Stores data in the migrated database before the service starts. */
  seed: (databaseUrl: string) => Promise<void>;
  /** Environment variables beside those that every production start requires. */
  env?: Record<string, string>;
  /** Flags of Node beside those of `npm start`. */
  flags?: string[];
}

/**
 * Starts the service as `npm start` does, on an empty PostgreSQL and with a real mail server. It trusts
 * `X-Forwarded-For` of this machine, so that the load can come from many network addresses.
 *
 * @throws Error with the output of the service when it is not ready in time
 */
export async function startProduction(
  cleanup: Cleanup,
  { seed, env = {}, flags = [] }: ProductionOptions,
): Promise<Production> {
  const home = mkdtempSync(path.join(tmpdir(), 'foyer-production-'));
  cleanup.register(() => rm(home, { recursive: true, force: true, maxRetries: 10 }));
  type EmbeddedPostgres = typeof import('../src/database/embedded-postgres.ts');
  const { startEmbeddedPostgres } = await importBuilt<EmbeddedPostgres>('database/embedded-postgres');
  const postgres = startEmbeddedPostgres(path.join(home, 'postgres'));
  cleanup.register(async () => (await postgres).stop());
  const { url: databaseUrl } = await postgres;
  type Migrations = typeof import('../src/migrate.ts');
  await (await importBuilt<Migrations>('migrate')).migrate(databaseUrl);
  await seed(databaseUrl);

  const mailServer = await MailServer.listen();
  cleanup.register(() => mailServer.close());
  type SigningKeys = typeof import('../src/sessions/signing/signing-keys.ts');
  const { newSigningKey } = await importBuilt<SigningKeys>('sessions/signing/signing-keys');
  const shipped = npmStartOptions();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const production = {
    ...shipped.env,
    FOYER_MODE: 'production',
    FOYER_SECRET: 'a secret for a local measurement, long enough to be one',
    SIGNING_KEYS: newSigningKey(),
    DATABASE_URL: databaseUrl,
    SMTP_URL: mailServer.url,
    PUBLIC_URL: url,
    PORT: String(port),
    TRUSTED_PROXIES: '127.0.0.1',
    ...env,
  };
  const args = [...shipped.flags, ...flags, inProject('dist', 'src', 'main.js')];
  const service = await start(cleanup, args, { ready: 'Foyer listens', env: production, cwd: home });
  await untilReady(url);
  return { ...service, url, databaseUrl };
}

async function untilReady(url: string): Promise<void> {
  for (const deadline = Date.now() + START_SECONDS * 1000; ; await sleep(100)) {
    const ready = await fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    if (Date.now() > deadline) throw new Error(`The service was not ready within ${START_SECONDS} s`);
  }
}
