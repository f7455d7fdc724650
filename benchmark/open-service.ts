import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { importBuilt } from './built.ts';
import type { Cleanup } from './cleanup.ts';

export interface OpenService {
  app: NestFastifyApplication;
  databaseUrl: string;
  /** A connection of its own, which ends with the benchmark. */
  client: pg.Client;
  /** Runs work as a request of a tenant does. */
  inTenant: <T>(tenant: string, work: () => Promise<T>) => Promise<T>;
}

/** Starts the built service without HTTP and jobs, on a migrated database of its own. */
export async function openService(cleanup: Cleanup): Promise<OpenService> {
  const home = mkdtempSync(path.join(tmpdir(), 'foyer-benchmark-'));
  cleanup.register(() => rm(home, { recursive: true, force: true, maxRetries: 10 }));
  type EmbeddedPostgres = typeof import('../src/database/embedded-postgres.ts');
  const { startEmbeddedPostgres } = await importBuilt<EmbeddedPostgres>('database/embedded-postgres');
  const starting = startEmbeddedPostgres(path.join(home, 'postgres'));
  cleanup.register(async () => (await starting).stop());
  const { url: databaseUrl } = await starting;

  const { createApp } = await importBuilt<typeof import('../src/app.ts')>('app');
  const { loadConfig } = await importBuilt<typeof import('../src/config/config.ts')>('config/config');
  const { migrate } = await importBuilt<typeof import('../src/migrate.ts')>('migrate');
  type SigningKeys = typeof import('../src/sessions/signing/signing-keys.ts');
  const { newSigningKey } = await importBuilt<SigningKeys>('sessions/signing/signing-keys');
  const { EntityManager } = await import('@mikro-orm/postgresql');
  const { RequestScope } = await importBuilt<typeof import('../src/tenants/request-scope.ts')>('tenants/request-scope');
  type Tenants = typeof import('../src/tenants/tenants.service.ts');
  const { TenantsService } = await importBuilt<Tenants>('tenants/tenants.service');

  await migrate(databaseUrl);
  const config = loadConfig(
    { DATABASE_URL: databaseUrl, JOBS: 'off' },
    { signingKeys: [newSigningKey()], secret: 'a secret for the benchmark, long enough' },
  );
  const app = await createApp(config);
  cleanup.register(() => app.close());
  const client = new pg.Client({ connectionString: databaseUrl });
  cleanup.register(() => client.end());
  await client.connect();
  const inTenant: OpenService['inTenant'] = (tenant, work) =>
    RequestScope.run(app.get(EntityManager), async () => {
      await app.get(TenantsService).enter(tenant);
      return work();
    });
  return { app, databaseUrl, client, inTenant };
}
