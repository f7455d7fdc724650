import { EntityManager } from '@mikro-orm/postgresql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../app.js';
import { StartError } from '../start-error.js';
import { type Config, type Environment, loadConfig } from '../config/config.js';
import { freePort } from '../common/free-port.js';
import { provisionDemo } from '../demo/demo.js';
import { type DemoSecrets, demoSecrets } from '../demo/demo-secrets.js';
import { migrate } from '../migrate.js';
import { RequestScope } from '../tenants/request-scope.js';
import type { TestFacts } from './start-foyer.cjs';
import { TestTenant } from './test-tenant.js';
import { TestingModule } from './testing.module.js';

/** The environment variables that apply. */
const VARIABLES = /^(RATE_LIMIT|LOG_LEVEL$)/;

/** Tests send many requests that are rejected. Production would delay them. */
const REJECTIONS_PER_MINUTE = 1_000_000;

export interface TestOptions {
  /** The port on 127.0.0.1; 0 for any free port. */
  port: number;
  /** Settings of the tenant. */
  settings: Record<string, unknown>;
}

interface TestEnvironment {
  databaseUrl: string;
  /** The folder for the secrets and the facts of the demo. */
  home: string;
  env: Environment;
}

/**
 * Migrates and seeds the database, and starts to listen.
 *
 * @throws Failure `invalid_input` for settings that are not valid; StartError, ConfigError
 */
export async function serveTestApp(
  { port, settings }: TestOptions,
  { databaseUrl, home, env }: TestEnvironment,
): Promise<{ app: NestFastifyApplication; facts: TestFacts }> {
  const secrets = demoSecrets(home);
  const config = { ...testConfig(env, port || (await freePort()), secrets), databaseUrl };
  const [app] = await Promise.all([createApp(config, { modules: [TestingModule] }), migrate(databaseUrl)]);
  try {
    const demo = await provisionDemo(app, config, secrets, home);
    const testTenant = app.get(TestTenant);
    await RequestScope.run(app.get(EntityManager), () => testTenant.seed(demo, settings));
    await listen(app, config);
    return { app, facts: testTenant.facts };
  } catch (error) {
    await app.close();
    throw error;
  }
}

function testConfig(env: Environment, port: number, secrets: DemoSecrets): Config {
  const applied = Object.entries(env).filter(([name]) => VARIABLES.test(name));
  const config = loadConfig({ ...Object.fromEntries(applied), PORT: String(port) }, secrets);
  const rates = { ...config.rates, rejections: REJECTIONS_PER_MINUTE };
  // Jobs run only when the clock is moved.
  return { ...config, mode: 'test', rates, jobs: false };
}

async function listen(app: NestFastifyApplication, { port, host }: Config): Promise<void> {
  try {
    await app.getHttpAdapter().getInstance().listen({ port, host });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(`The service cannot listen on port ${port} (${code}): use another --port.`);
  }
}
