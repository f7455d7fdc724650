import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EntityManager } from '@mikro-orm/postgresql';
import { type DemoFacts, provisionDemo } from '../src/demo/demo.js';
import { migrate } from '../src/migrate.js';
import { newSigningKey } from '../src/sessions/signing/signing-keys.ts';
import { dropDatabase, newDatabase, sql } from './support/database.js';
import { Service } from './support/server.js';
import { Shop } from './support/shop.js';
import { MailServer } from './support/smtp.js';
import { waitUntil } from './support/wait-until.js';

const demo = { flags: ['--demo'] };
const complete = {
  DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none',
  SMTP_URL: 'smtp://127.0.0.1:9',
  PUBLIC_URL: 'https://accounts.example.com',
  SIGNING_KEYS: newSigningKey(),
  FOYER_SECRET: 'a secret for tests, long enough to be one',
};

describe('the service at startup', () => {
  let cwd: string;
  const services: Service[] = [];

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'foyer-story-'));
  });
  afterEach(async () => {
    for (const service of services.splice(0)) if (service.running) await service.stop();
    rmSync(cwd, { recursive: true, force: true });
  });

  async function spawn(env: Record<string, string>, options: Parameters<typeof Service.spawn>[1] = {}) {
    const service = await Service.spawn(env, { cwd, ...options });
    services.push(service);
    return service;
  }

  /** @returns the output of a start that fails with exit code 1 */
  async function failedStart(env: Record<string, string>): Promise<string> {
    const service = await spawn(env);
    expect(await service.exit).toBe(1);
    return service.output;
  }

  const facts = (): DemoFacts => JSON.parse(readFileSync(join(cwd, '.foyer/demo.json'), 'utf8')) as DemoFacts;

  it('fails in production without settings, and lists all missing ones', async () => {
    const output = await failedStart({});
    for (const name of ['DATABASE_URL', 'SMTP_URL', 'PUBLIC_URL', 'SIGNING_KEYS', 'FOYER_SECRET']) {
      expect(output).toContain(`${name} is required: `);
    }
    expect(output).not.toMatch(/^\s+at /m);
  });

  it('fails with invalid settings, and lists all of them', async () => {
    const wrong = {
      FOYER_MODE: 'staging',
      PORT: 'http',
      DATABASE_URL: 'mysql://localhost/shop',
      DATABASE_POOL: '0',
      SMTP_URL: 'mail.example.com',
      MAIL_ATTEMPTS: 'many',
      MAIL_RETRY_SECONDS: '-1',
      PUBLIC_URL: 'accounts.example.com',
      SIGNING_KEYS: '/no/such/file',
      FOYER_SECRET: 'too short',
    };
    const output = await failedStart(wrong);
    for (const name of Object.keys(wrong)) expect(output).toMatch(new RegExp(`^ +${name} `, 'm'));
    expect(output).not.toMatch(/^\s+at /m);
    expect(output).not.toContain('too short');
  });

  it.each([
    ['text that is not a key', '-----BEGIN PRIVATE KEY-----\nno key\n-----END PRIVATE KEY-----'],
    ['a file without a key', 'package.json'],
  ])('fails with %s as the signing key, without a stack trace', async (_what, SIGNING_KEYS) => {
    writeFileSync(join(cwd, 'package.json'), '{}');
    const output = await failedStart({ ...complete, SIGNING_KEYS });
    expect(output).toContain('SIGNING_KEYS');
    expect(output).not.toMatch(/^\s+at /m);
    expect(output).not.toContain('DATABASE_URL');
  });

  it('prints one line if the database is unreachable or not migrated, or the port is taken', async () => {
    const failureOf = async (env: Record<string, string>, program?: string): Promise<string> => {
      const service = await spawn({ ...complete, ...env }, { program });
      expect(await service.exit).toBe(1);
      const [, reason = ''] = /^Foyer cannot start:\n {2}(.+)\n$/m.exec(service.output) ?? [];
      expect({ reason, lines: service.output.trim().split('\n').length }).toMatchObject({ lines: 2 });
      return reason;
    };
    expect(await failureOf({})).toMatch(/^The database cannot be reached: .*DATABASE_URL/);
    expect(await failureOf({}, 'run-migrations.js')).toMatch(/^The database cannot be reached: .*DATABASE_URL/);
    const mute = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const ofMute = `postgresql://nobody@127.0.0.1:${(mute.address() as AddressInfo).port}/none`;
    expect(await failureOf({ DATABASE_URL: ofMute })).toMatch(/^The database cannot be reached: .*DATABASE_URL/);
    mute.close();
    const DATABASE_URL = await newDatabase();
    const taken = createServer().listen(0, '127.0.0.1');
    try {
      expect(await failureOf({ DATABASE_URL })).toContain('npm run migrate');
      await migrate(DATABASE_URL);
      const HOST = '192.0.2.1';
      expect(await failureOf({ DATABASE_URL, HOST })).toMatch(`HOST ${HOST} is not an address of this machine`);
      const PORT = String((taken.address() as AddressInfo).port);
      expect(await failureOf({ DATABASE_URL, PORT, LOG_LEVEL: 'error' })).toMatch(`Port ${PORT} is in use`);
      await sql(`delete from mikro_orm_migrations where name like '%identities'`, [], DATABASE_URL);
      expect(await failureOf({ DATABASE_URL })).toContain('npm run migrate');
    } finally {
      taken.close();
      await dropDatabase(DATABASE_URL);
    }
  }, 120_000);

  it('in production, logs its start and its stop as JSON, without details and health probes', async () => {
    const DATABASE_URL = await newDatabase();
    try {
      await migrate(DATABASE_URL);
      const env = { ...complete, DATABASE_URL, STORES: 'DE=nowhere', TRUSTED_PROXY: '10.0.0.0/8' };
      const service = await (await spawn(env)).waitUntilReady();
      expect(await service.respondsOk('/health/live')).toBe(true);
      expect(await service.stop()).toBe(0);
      const lines = service.output.trim().split('\n');
      expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
        'The variable TRUSTED_PROXY is not a setting and is ignored: did you mean TRUSTED_PROXIES?',
        'STORES contains tenants that do not exist: nowhere',
        `Foyer listens on ${service.url} (production)`,
        'Foyer is stopping (SIGTERM)',
        'Foyer has stopped',
      ]);
    } finally {
      await dropDatabase(DATABASE_URL);
    }
  }, 60_000);

  it('runs as a demo in an empty directory, and prints the next steps', async () => {
    const service = await (await spawn({}, demo)).waitForGreeting();
    const { url, output } = service;
    for (const line of [
      ...[`Start     ${url}/`, `API       ${url}`, `Swagger   ${url}/docs`, `Mailbox   ${url}/mailbox`],
      ...[`Glue      ${url}/access-tokens`, `Swagger   ${url}/docs/glue`],
    ]) {
      expect(output).toContain(line);
    }
    expect((await service.send('GET', '/docs')).text).toContain('swagger');
    expect((await service.send('GET', '/mailbox')).text).toContain('Mailbox');

    const first = facts();
    expect(first).toEqual({
      baseUrl: url,
      tenant: 'demo',
      stores: ['DE', 'AT'],
      storefrontClientId: 'demo-storefront',
      serviceClientId: 'demo-service',
      serviceClientSecret: expect.any(String) as string,
      employee: { email: 'staff@demo.example', password: 'password123' },
      customers: ['active', 'active', 'awaiting activation', 'on hold'].map((state, index) => ({
        customerNumber: expect.stringMatching(/^\d{10}$/) as string,
        customerReference: `DE--${index + 1}`,
        email: expect.stringMatching(/@demo\.example$/) as string,
        password: 'password123',
        state,
      })),
      companyUsers: [
        { email: 'ada@demo.example', legalEntity: 'engines-berlin', group: 'Admin', active: true, isDefault: true },
        {
          email: 'ada@demo.example',
          legalEntity: 'engines-london',
          group: 'Requester',
          active: true,
          isDefault: false,
        },
        { email: 'grace@demo.example', legalEntity: 'engines-london', group: 'Buyer', active: true, isDefault: false },
        { email: 'cleo@demo.example', legalEntity: 'engines-berlin', group: 'Buyer', active: false, isDefault: false },
      ],
    });

    const pasted = output.split('\n').filter((line) => /^(VISITOR|CUSTOMER|SERVICE)=|^curl /.test(line));
    expect(pasted).toHaveLength(5);
    const results = execFileSync('bash', ['-e'], { input: pasted.join('\necho\n'), encoding: 'utf8' });
    expect(results).toContain('"contactEmail":"ada@demo.example"');
    expect(results).toContain('"contactEmail":"ben@demo.example"');

    // The second start finds all data, and creates nothing twice.
    const visitor = await service.anonymousToken('demo');
    const mails = (await service.send('GET', '/mailbox/messages')).text;
    await service.stop();
    const again = await (await spawn({ PORT: new URL(url).port }, demo)).waitForGreeting();
    expect(facts()).toEqual(first);
    expect((await again.send('GET', '/mailbox/messages')).text).toBe(mails);
    const [ada] = first.customers;
    const login = { token: visitor, body: { email: ada?.email, password: ada?.password } };
    expect((await again.send('POST', '/customer/demo/login', login)).status).toBe(200);
  }, 60_000);

  it('runs one demo in a folder, and ignores the lock of a demo that was killed', async () => {
    const first = await (await spawn({}, demo)).waitForGreeting();
    const before = [facts(), (await first.send('GET', '/mailbox/messages')).text];
    const second = await spawn({}, demo);
    expect(await second.exit).toBe(1);
    const check = spawnSync(process.execPath, [join(import.meta.dirname, '../scripts/check-demo.ts')], { cwd });
    expect([check.status, String(check.stderr)]).toEqual([1, expect.stringMatching(/^A demo is already running.*\n$/)]);
    expect(second.output).toMatch(
      /^Foyer cannot start:\n {2}A demo is already running in this folder \(process \d+\).*\n$/,
    );
    expect([facts(), (await first.send('GET', '/mailbox/messages')).text]).toEqual(before);
    await first.kill();
    const third = await (await spawn({}, demo)).waitForGreeting();
    expect(await third.stop()).toBe(0);
  }, 120_000);

  describe('on an empty database', () => {
    let DATABASE_URL: string;
    beforeEach(async () => {
      DATABASE_URL = await newDatabase();
    });
    afterEach(() => dropDatabase(DATABASE_URL));

    const rows = (query: string) => sql<{ count: number }>(query, [], DATABASE_URL);

    it('migrates once when three processes migrate concurrently', async () => {
      const all = await Promise.all([1, 2, 3].map(() => spawn({ DATABASE_URL }, { program: 'run-migrations.js' })));
      expect(await Promise.all(all.map(({ exit }) => exit))).toEqual([0, 0, 0]);
      expect(all.filter(({ output }) => output.includes('Migrated: '))).toHaveLength(1);
      expect(all.filter(({ output }) => output.includes('Nothing to migrate.'))).toHaveLength(2);
    });

    it('uses all options of DATABASE_URL, not only the host', async () => {
      const databaseUrl = `${DATABASE_URL}?application_name=name_from_the_url&options=-c%20statement_timeout%3D54321`;
      await migrate(databaseUrl);
      const shop = await Shop.open({}, { databaseUrl });
      try {
        await shop.visitor();
        const names = `select distinct application_name as name from pg_stat_activity where datname = current_database()
          and pid <> pg_backend_pid()`;
        expect(await rows(names)).toEqual([{ name: 'name_from_the_url' }]);
        const [setting] = await shop.app.get(EntityManager).fork().execute('show statement_timeout');
        expect(setting).toEqual({ statement_timeout: '54321ms' });
      } finally {
        await shop.app.close();
      }
    });

    it('lets two instances start concurrently and share tokens and data', async () => {
      const env = { DATABASE_URL, PUBLIC_URL: 'http://accounts.example.com' };
      const [one, other] = await Promise.all([spawn(env, demo), spawn(env, demo)]);
      await Promise.all([one.waitForGreeting(), other.waitForGreeting()]);
      expect(await rows('select name from mikro_orm_migrations group by name having count(*) > 1')).toEqual([]);
      expect(await rows('select count(*)::int as count from pgboss.version')).toEqual([{ count: 1 }]);
      expect(await rows('select count(*)::int as count from customers')).toEqual([{ count: 4 }]);

      const { serviceClientId: client_id, serviceClientSecret: client_secret } = facts();
      const body = String(new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret }));
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const token = await one.anonymousToken('demo');
      const reset = { token, body: { email: 'ada@demo.example' } };
      expect((await other.send('POST', '/oauth/token', { body, headers })).status).toBe(200);
      expect((await other.send('POST', '/customer/demo/password/reset', reset)).status).toBe(204);
      expect((await one.send('GET', '/mailbox/messages')).status).toBe(200);
    });

    it('creates nothing twice when two instances provision the demo concurrently', async () => {
      await migrate(DATABASE_URL);
      const shop = await Shop.open({}, { databaseUrl: DATABASE_URL });
      try {
        const secrets = { signingKeys: [], secret: '', serviceClientSecret: 'a secret of the demo' };
        const provision = () => provisionDemo(shop.app, shop.config, secrets, cwd);
        const [one, other] = await Promise.all([provision(), provision()]);
        expect(one).toEqual(other);
        expect(await rows('select count(*)::int as count from customers')).toEqual([{ count: 4 }]);
        expect(await rows('select count(*)::int as count from employees')).toEqual([{ count: 1 }]);
        expect(await rows('select count(*)::int as count from customers where active')).toEqual([{ count: 3 }]);
      } finally {
        await shop.app.close();
      }
    });

    it('sends the mails of a demo with a mail server', async () => {
      const smtp = await MailServer.listen();
      try {
        const service = await (await spawn({ DATABASE_URL, SMTP_URL: smtp.url }, demo)).waitForGreeting();
        const token = await service.anonymousToken('demo');
        await service.send('POST', '/customer/demo/password/reset', { token, body: { email: 'ada@demo.example' } });
        await waitUntil('the mail leaves', () =>
          smtp.mailsTo('ada@demo.example').find(({ headers }) => headers.subject?.[0] === 'Set a new password'),
        );
        expect(await service.stop()).toBe(0);
      } finally {
        await smtp.close();
      }
    });
  });
});
