import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunResult, runInProcess } from './support/command-line.js';
import { newCompany } from './support/companies.js';
import { rows } from './support/rows.js';
import { type Body, type Person, Shop } from './support/shop.js';

describe('companies on the command line', () => {
  let shop: Shop;
  let cwd: string;
  let company: string;
  let unit: string;
  let ada: Person & { id: string };
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    cwd = mkdtempSync(join(tmpdir(), 'foyer-story-'));
    company = await newCompany(shop, { name: 'ABC Company' });
    unit = await newCompany(shop, { name: 'ABC Berlin', type: 'SUBSIDIARY', parentId: company });
    ada = await shop.signUp();
  });
  afterAll(async () => {
    rmSync(cwd, { recursive: true });
    await shop.close();
  });

  const foyer = async (...args: string[]): Promise<RunResult> => {
    const env = { DATABASE_URL: shop.config.databaseUrl ?? '', STORES: 'DE=shop' };
    return runInProcess(['company', ...args, '--tenant', 'shop', '--json'], { env, cwd, shop });
  };
  const run = async (...args: string[]): Promise<Body> => {
    const { code, out, err } = await foyer(...args);
    expect({ args, code, err }).toEqual({ args, code: 0, err: '' });
    return JSON.parse(out) as Body;
  };
  const uuid = expect.stringMatching(/^[\da-f-]{36}$/) as string;

  it('get the fields of the Glue API; an empty text removes a value', async () => {
    const texts = {
      email: 'berlin@example.com',
      phone: '+49 30 1',
      bic: 'BYLADEM1001',
      iban: 'DE02120300000000202051',
    };
    const options = Object.entries(texts).flatMap(([name, text]) => [`--${name}`, text]);
    const set = ['set', unit, ...options, '--external-url', 'https://berlin.example'];
    const expected = {
      ...{ id: unit, uuid, name: 'ABC Berlin', type: 'SUBSIDIARY', active: true, status: 'approved' },
      ...{ ...texts, externalUrl: 'https://berlin.example' },
    };
    expect(await run(...set)).toEqual({ ...expected, changed: true });
    expect(await run(...set)).toEqual({ ...expected, changed: false });
    const { email: _email, ...others } = expected;
    expect(await run('set', unit, '--email', '')).toEqual({ ...others, changed: true });
    expect(await run('set', company, '--active', 'false', '--status', 'pending')).toEqual({
      ...{ id: company, uuid, name: 'ABC Company', type: 'COMPANY', active: false, status: 'pending', changed: true },
    });
    await run('set', company, '--active', 'true', '--status', 'approved');
  });

  it('keep these fields when the Emporix API replaces the company', async () => {
    await run('set', company, '--phone', '+49 30 2', '--status', 'denied');
    const service = await shop.serviceClient();
    await shop.send('PUT', `/customer-management/shop/legal-entities/${company}`, {
      body: { name: 'ABC Company', type: 'COMPANY' },
      headers: { authorization: `Bearer ${service.token}` },
    });
    expect(await run('set', company, '--status', 'approved')).toMatchObject({ phone: '+49 30 2', changed: true });
  });

  it('get company users, by number or e-mail, idempotently', async () => {
    const expected = { id: uuid, customer: ada.id, legalEntity: unit, active: true, default: false };
    const setUser = ['set-user', ada.email, '--legal-entity', unit];
    expect(await run(...setUser)).toEqual({ ...expected, group: 'Requester', changed: true });
    expect(await run(...setUser)).toEqual({ ...expected, group: 'Requester', changed: false });
    const changes = ['--group', 'Admin', '--active', 'false', '--default', 'true'];
    const changed = { ...expected, group: 'Admin', active: false, default: true };
    expect(await run('set-user', ada.id, '--legal-entity', unit, ...changes)).toEqual({ ...changed, changed: true });
    expect(await run(...setUser)).toEqual({ ...changed, changed: false });
  });

  it('have one default for each customer', async () => {
    await run('set-user', ada.id, '--legal-entity', unit, '--default', 'true');
    await run('set-user', ada.id, '--legal-entity', company, '--default', 'true');
    const defaults = await rows(shop, 'select legal_entity_id from contact_assignments where is_default');
    expect(defaults).toEqual([{ legal_entity_id: company }]);
  });

  it.each([
    [['set', 'unknown', '--active', 'true'], 'Legal entity unknown not found.\n'],
    [['set-user', '0', '--legal-entity', 'unknown'], "Couldn't find a customer with customerNumber '0'\n"],
    [['set-user', 'eve@example.com', '--legal-entity', 'unknown'], "No customer has the e-mail 'eve@example.com'.\n"],
  ])('are not found with %j', async (args, err) => {
    expect(await foyer(...args)).toMatchObject({ code: 1, out: '', err });
  });

  it('must exist before a company user is created', async () => {
    const { code, err } = await foyer('set-user', ada.id, '--legal-entity', 'unknown');
    expect({ code, err }).toEqual({ code: 1, err: 'Legal entity unknown not found.\n' });
  });

  it('need a value to set', async () => {
    const { code, err } = await foyer('set', company);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('nothing to set') as string });
  });

  it('reject an invalid e-mail', async () => {
    expect(await foyer('set', unit, '--email', 'berlin')).toMatchObject({ code: 1, out: '' });
  });
});
