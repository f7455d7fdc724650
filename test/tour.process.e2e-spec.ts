import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { DemoFacts } from '../src/demo/demo.js';
import { Service } from './support/server.js';

describe('the tour', () => {
  let cwd: string;
  let demo: Service;
  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'foyer-story-'));
    demo = await (await Service.spawn({}, { cwd, flags: ['--demo'] })).greeted();
  });
  afterAll(async () => {
    await demo.stop();
    rmSync(cwd, { recursive: true, force: true });
  });

  /** What the demo has, but for what it writes down of each login. */
  const shop = async (): Promise<unknown> => {
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

  it('is played twice, and leaves the shop as it was', async () => {
    const before = await shop();
    for (let turn = 1; turn <= 2; turn++) {
      const { stdout } = await promisify(execFile)(process.execPath, [resolve('tour/tour.ts')], { cwd });
      expect(stdout).toMatch(/tour: \d+ steps, all as the contract says\n$/);
    }
    expect(await shop()).toEqual(before);
  }, 120_000);
});
