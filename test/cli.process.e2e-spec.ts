import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { newSigningKey } from '../src/sessions/signing/signing-keys.ts';
import { type RunResult, runInProcess } from './support/command-line.js';
import { dropDatabase, newDatabase, newMigratedDatabase, sql } from './support/database.js';
import { childEnvironment } from './support/child-environment.js';
import { BUILT, Service, environment } from './support/server.js';
import type { Body } from './support/shop.js';
import { waitUntil } from './support/wait-until.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('the command line', () => {
  let cwd: string;
  let database: string;
  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'foyer-story-'));
    chmodSync(cwd, 0o755);
    database = await newMigratedDatabase();
    await succeed('tenant', 'create', 'shop');
  });
  afterAll(async () => {
    rmSync(cwd, { recursive: true, force: true });
    await dropDatabase(database);
  });

  /** Runs the built program, which inherits only `childEnvironment`. */
  const runProgram = async (...words: string[]): Promise<RunResult> => {
    const env = { ...childEnvironment, DATABASE_URL: database };
    const child = spawn(process.execPath, [`${BUILT}cli/foyer.js`, ...words], { cwd, env });
    child.stdin.end();
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    return { code, out, err };
  };
  const succeed = async (...words: string[]): Promise<string> => {
    const { code, out, err } = await runInProcess(words, { env: { DATABASE_URL: database } });
    expect({ words, code, err }).toEqual({ words, code: 0, err: '' });
    return out;
  };
  const json = async <T = Body>(...words: string[]): Promise<T> => JSON.parse(await succeed(...words, '--json')) as T;
  const expectFailure = async (...words: string[]): Promise<string> => {
    const { code, out, err } = await runInProcess(words, { env: { DATABASE_URL: database } });
    expect({ words, code, out }).toEqual({ words, code: 1, out: '' });
    expect(err).not.toMatch(/^\s+at /m);
    return err;
  };
  const shop = ['--tenant', 'shop'];

  it('exits with 0 on success, 1 on failure and 2 on a usage error', async () => {
    expect(await runProgram('key', '--help')).toEqual({
      code: 0,
      out: expect.stringContaining('Usage: foyer key'),
      err: '',
    });
    expect(await runProgram('nonsense')).toEqual({ code: 2, out: '', err: expect.stringContaining('nonsense') });
    expect(await runProgram('tenant', 'create', 'Not-A-Name')).toMatchObject({ code: 1, out: '' });
    const { code, out } = await runProgram('tenant', 'list', '--json');
    expect([code, JSON.parse(out)]).toEqual([0, [expect.objectContaining({ name: 'shop' })]]);
  }, 60_000);

  it.each([
    [[]],
    [['tenant', 'create']],
    [['settings', 'set']],
    [['client', 'revoke']],
    [['employee', 'set']],
    [['key']],
  ])('prints help for %j', async (command) => {
    expect(await succeed(...command, '--help')).toContain(`Usage: ${['foyer', ...command].join(' ')}`);
  });

  it.each([
    [[]],
    [['nonsense']],
    [['tenant', 'create']],
    [['client', 'list']],
    [['client', 'create', 'x', ...shop, '--kind', 'robot']],
    [['client', 'set', 'shop-x', ...shop]],
    [['employee', 'create', 'a@b.example', ...shop]],
    [['employee', 'set', 'a@b.example', ...shop]],
    [['settings', 'set', 'activation', ...shop]],
    [['settings', 'set', '__proto__.x=1', ...shop]],
    [['tenant', 'list', '--nonsense']],
  ])('exits with 2 for the invalid usage %j', async (words) => {
    expect(await runInProcess(words, { env: { DATABASE_URL: database } })).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(/./),
    });
  });

  it('creates a tenant only once', async () => {
    expect(await json('tenant', 'create', 'berlin')).toEqual({ tenant: 'berlin', created: true });
    expect(await json('tenant', 'create', 'berlin')).toEqual({ tenant: 'berlin', created: false });
    expect(await succeed('tenant', 'create', 'berlin')).toContain('exists');
    expect((await json<Body[]>('tenant', 'list')).map(({ name }) => name)).toContain('berlin');
    expect(await succeed('tenant', 'list')).toMatch(/^name +createdAt\n/);
    expect(await expectFailure('tenant', 'create', 'Not-A-Name')).toContain('name must have');
    expect(await expectFailure('client', 'list', '--tenant', 'nowhere')).toBe("Tenant 'nowhere' does not exist.\n");
  }, 60_000);

  it('changes and resets settings', async () => {
    const set = (...pairs: string[]) => json('settings', 'set', ...pairs, ...shop);
    expect(
      await set(
        'activation=none',
        'restrictions=["DE"]',
        'lifetimes.optIn=60',
        'links.storefront=https://a.example/?a=b',
      ),
    ).toMatchObject({ activation: 'none', restrictions: ['DE'], lifetimes: { optIn: 60 } });
    expect(await succeed('settings', 'list', ...shop)).toContain('links.storefront=https://a.example/?a=b\n');
    expect(await succeed('settings', 'set', 'restrictions=DE,AT', ...shop)).toBe('restrictions=DE,AT\n');
    expect(await set('customerAccess=product-prices')).toEqual({ customerAccess: ['product-prices'] });
    expect(await json('settings', 'list', ...shop)).toMatchObject({ restrictions: ['DE', 'AT'] });
    expect(await set('restrictions=', 'lifetimes=')).toMatchObject({ restrictions: [], lifetimes: { optIn: 259200 } });
    const reason = await expectFailure(
      'settings',
      'set',
      'preferredSite=berlin',
      'activaton=none',
      'mailFrom=x',
      ...shop,
    );
    expect(reason).toMatch(/^activaton is not a setting\nmailFrom must be/);
    expect(await json('settings', 'list', ...shop)).toMatchObject({ preferredSite: 'main', activation: 'none' });
  }, 60_000);

  it('prints only the changed settings, and an empty setting by its name', async () => {
    const set = (...pairs: string[]) => succeed('settings', 'set', ...pairs, ...shop);
    expect(await set('links.optIn=https://a.example/', 'lifetimes.optIn=60', 'lifetimes.erasure=90')).toBe(
      'links.optIn=https://a.example/\nlifetimes.optIn=60\nlifetimes.erasure=90\n',
    );
    expect(
      await set('tokenExchange={"default":{"jwks":"https://op.example/jwks","issuer":"https://op.example"}}'),
    ).toBe('tokenExchange.default.jwks=https://op.example/jwks\ntokenExchange.default.issuer=https://op.example\n');
    expect(await set('tokenExchange.default={"issuer":null}')).toBe('tokenExchange.default.issuer=null\n');
    expect(await set('tokenExchange=')).toBe('tokenExchange=\n');
    const list = await succeed('settings', 'list', ...shop);
    expect(list).toContain('\ntokenExchange=\n');
    expect(list).not.toContain('\n\n');
  }, 60_000);

  it('creates, lists, updates and revokes clients', async () => {
    const create = ['client', 'create', 'erp', ...shop, '--scope', 'customer.customer_read'];
    const created = await json(...create);
    expect(created).toEqual({ id: 'shop-erp', secret: expect.any(String), created: true });
    expect(await expectFailure(...create)).toContain('exists');
    expect(await json(...create, '--if-missing')).toEqual({ id: 'shop-erp', created: false });
    expect(await expectFailure('client', 'create', 'other', ...shop, '--scope', 'nonsense')).toContain('scopes');

    const scope = ['--scope', 'customer.customer_read', '--scope', 'customer.customer_manage'];
    const set = await json('client', 'set', 'shop-erp', ...shop, ...scope, '--new-secret');
    expect(set).toMatchObject({ scopes: [scope[1], scope[3]], secrets: [expect.any(String), expect.any(String)] });
    const [old = ''] = set.secrets as string[];
    await succeed('client', 'revoke', 'shop-erp', ...shop, '--secret', old);
    const [row] = await json<Body[]>('client', 'list', ...shop);
    expect(row).toMatchObject({ id: 'shop-erp', kind: 'service', secrets: [(set.secrets as string[])[1]] });
    await succeed('client', 'revoke', 'shop-erp', ...shop);
    expect(await json('client', 'list', ...shop)).toEqual([]);
    expect(await expectFailure('client', 'revoke', 'shop-erp', ...shop)).toContain('shop-erp');
  }, 90_000);

  it('creates, lists, updates and revokes employees', async () => {
    await succeed('tenant', 'create', 'works');
    const works = ['--tenant', 'works'];
    const create = ['employee', 'create', 'Boss@Works.example', ...works, '--role', 'admin'];
    const boss = await json(...create);
    expect(boss).toMatchObject({
      email: expect.any(String),
      password: expect.stringMatching(/^.{43}$/),
      created: true,
    });
    expect(await expectFailure(...create)).toContain('exists');
    expect(await json(...create, '--if-missing')).toMatchObject({ created: false });

    const typed = await runInProcess(
      ['employee', 'create', 'a@works.example', ...works, '--role', 'viewer', '--password-stdin'],
      { env: { DATABASE_URL: database }, input: 'the words I typed\n' },
    );
    expect([typed.code, typed.out]).toEqual([0, expect.not.stringContaining('typed')]);
    const short = await runInProcess(['employee', 'set', 'a@works.example', ...works, '--password-stdin'], {
      env: { DATABASE_URL: database },
      input: 'short\n',
    });
    expect([short.code, short.err]).toEqual([1, expect.stringContaining('password')]);

    expect(await json('employee', 'set', 'a@works.example', ...works, '--role', 'support')).toMatchObject({
      role: 'support',
    });
    expect(await json('employee', 'revoke', 'a@works.example', ...works)).toMatchObject({ active: false });
    expect(await expectFailure('employee', 'revoke', 'boss@works.example', ...works)).toContain('last active admin');
    const list = await succeed('employee', 'list', ...works);
    expect(list).toMatch(/a@works\.example +support +false/);
    expect(list).not.toMatch(/argon2|password/);
  }, 90_000);

  it('creates keys for SIGNING_KEYS and lists them', async () => {
    const key = await succeed('key', 'create');
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    const env = { SIGNING_KEYS: key + newSigningKey() };
    const { code, out } = await runInProcess(['key', 'list', '--json'], { env });
    const entry = { kid: expect.any(String), algorithm: 'ES256' };
    expect([code, JSON.parse(out)]).toEqual([
      0,
      [
        { ...entry, signs: true },
        { ...entry, signs: false },
      ],
    ]);
    // A folder without the data of a demo.
    expect((await runInProcess(['key', 'list'], { env: {}, cwd })).code).toBe(1);
  }, 60_000);

  it('applies its changes to a running service', async () => {
    const tenant = ['--tenant', 'beside'];
    await succeed('tenant', 'create', 'beside');
    const service = await Service.start(environment(database));
    try {
      const token = async (form: Record<string, string>) => {
        const body = String(new URLSearchParams(form));
        return service.send<{ access_token: string }>('POST', '/oauth/token', { body, headers: FORM });
      };
      const { id, secret } = await json<Record<string, string>>(
        ...['client', 'create', 'erp', ...tenant, '--scope', 'customer.customer_read'],
      );
      const form = { grant_type: 'client_credentials', client_id: id ?? '', client_secret: secret ?? '' };
      const { body } = await waitUntil('the client is accepted', async () => {
        const response = await token(form);
        return response.status === 200 ? response : undefined;
      });
      const staff = { token: body.access_token };
      expect((await service.send('GET', '/customer/beside/customers', staff)).status).toBe(200);

      const boss = await json<Record<string, string>>(
        'employee',
        'create',
        'boss@b.example',
        ...tenant,
        '--role',
        'admin',
      );
      const login = { grant_type: 'password', username: boss.email ?? '', password: boss.password ?? '' };
      const admin = { token: (await token({ ...form, ...login })).body.access_token };
      expect((await service.send('GET', '/admin/beside/settings', admin)).status).toBe(200);

      await succeed('client', 'revoke', 'beside-erp', ...tenant);
      expect((await service.send('GET', '/customer/beside/customers', staff)).status).toBe(401);
      await succeed('employee', 'set', 'boss@b.example', ...tenant, '--new-password');
      expect((await service.send('GET', '/admin/beside/settings', admin)).status).toBe(401);
    } finally {
      await service.stop();
    }
  }, 90_000);

  it('reports what is wrong with the database', async () => {
    const empty = await newDatabase();
    const missing = await runInProcess(['tenant', 'list'], { env: { DATABASE_URL: empty } });
    await dropDatabase(empty);
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('npm run migrate')]);
    const unreachable = await runInProcess(['tenant', 'list'], {
      env: { DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none' },
    });
    expect([unreachable.code, unreachable.err]).toEqual([1, expect.stringContaining('cannot be reached')]);
    const wrong = await runInProcess(['tenant', 'list'], { env: { DATABASE_URL: 'mysql://localhost' } });
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('DATABASE_URL')]);
    for (const { err } of [missing, unreachable, wrong]) expect(err).toMatch(/^Foyer cannot start:\n[^\n]+\n$/);
  }, 60_000);

  it('works on the embedded database, which stops again if it is otherwise unused', async () => {
    const run = (...words: string[]) => runInProcess(words, { cwd });
    const nowhere = await run('tenant', 'create', 'first');
    expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringMatching(/DATABASE_URL.*npm run demo/)]);
    mkdirSync(join(cwd, '.foyer'));
    const notice = `DATABASE_URL is not set: using the demo's database in .foyer/.\n`;
    expect(await run('tenant', 'create', 'first')).toMatchObject({ code: 0, err: notice });
    const { code, out } = await run('tenant', 'list', '--json');
    expect([code, JSON.parse(out)]).toEqual([0, [expect.objectContaining({ name: 'first' })]]);
    expect(existsSync(join(cwd, '.foyer/postgres/cluster/data/postmaster.pid'))).toBe(false);

    const demo = await (await Service.spawn({}, { cwd, flags: ['--demo'] })).waitForGreeting();
    try {
      const created = await run('client', 'create', 'web', '--tenant', 'first', '--kind', 'storefront');
      expect([created.code, created.out]).toEqual([0, expect.stringContaining('id=first-web')]);
      const visit = '/customerlogin/auth/anonymous/login?tenant=first&client_id=first-web';
      expect((await demo.send('GET', visit)).status).toBe(200);
    } finally {
      await demo.stop();
    }
  }, 120_000);

  it('leaves no mail queue and no job behind', async () => {
    const jobs = await sql<{ count: number }>('select count(*)::int as count from pgboss.job', [], database);
    expect(jobs).toEqual([{ count: 0 }]);
  });
});
