import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { DemoFacts } from '../src/demo/demo.js';
import { dropDatabase, newMigratedDatabase } from './support/database.js';
import { Service } from './support/server.js';

describe('the tour', () => {
  let cwd: string;
  let database: string;
  let demo: Service;
  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'foyer-story-'));
    database = await newMigratedDatabase();
    // Assigned before the wait, so that it is stopped if it does not start in time.
    demo = await Service.spawn({ DATABASE_URL: database }, { cwd, flags: ['--demo'] });
    await demo.waitForGreeting();
  }, 60_000);
  afterAll(async () => {
    await demo.stop();
    await dropDatabase(database);
    rmSync(cwd, { recursive: true, force: true });
  });

  /** The data of the demo, except for what each login records. */
  const snapshot = async (): Promise<unknown> => {
    const facts = JSON.parse(readFileSync(join(cwd, '.foyer/demo.json'), 'utf8')) as DemoFacts;
    const form = { grant_type: 'client_credentials', client_id: facts.serviceClientId };
    const body = String(new URLSearchParams({ ...form, client_secret: facts.serviceClientSecret }));
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { access_token: token } = (await demo.send<Record<string, string>>('POST', '/oauth/token', { body, headers }))
      .body;
    const customers = await demo.send<{ id: string }[]>('GET', '/customer/demo/customers', { token });
    const companies = await demo.send('GET', '/customer-management/demo/legal-entities', { token });
    const settings = await demo.send('GET', '/admin/demo/settings', { token });
    return [customers.body.map(({ id }) => id), companies.body, settings.body];
  };

  it('runs twice and leaves the data unchanged', async () => {
    const before = await snapshot();
    for (let round = 1; round <= 2; round++) {
      const { stdout } = await promisify(execFile)(process.execPath, [resolve('tour/tour.ts')], { cwd });
      expect(stdout).toMatch(/tour: \d+ steps, all as the contract requires\n$/);
    }
    expect(await snapshot()).toEqual(before);
  }, 120_000);
});
