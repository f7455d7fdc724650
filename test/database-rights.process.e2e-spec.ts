import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { freePort } from '../src/common/free-port.js';
import { describeStartError } from '../src/start-error.js';
import { loadConfig } from '../src/config/config.js';
import { serve } from '../src/serve.js';
import { runInProcess } from './support/command-line.js';
import { dropDatabase, newDatabase, sql } from './support/database.js';
import { Service, environment, newShopDatabase } from './support/server.js';
import { MailServer } from './support/smtp.js';
import { waitUntil } from './support/wait-until.js';

/** The statements of docs/operations.md, for the server and for the database. */
const [forServer = '', forDatabase = ''] =
  /```sql\n([^]*?)```/
    .exec(readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8'))?.[1]
    ?.split('\\connect foyer\n') ?? [];

describe('a service whose role has the rights of docs/operations.md', () => {
  const suffix = randomUUID().replaceAll('-', '').slice(0, 12);
  const name = `story_rights_${suffix}`;
  const [owner, role] = [`owner_${suffix}`, `service_${suffix}`];
  let admin: string;
  let ownerUrl: string;
  let serviceUrl: string;

  const toStatements = (statements: string): string[] =>
    statements
      .replaceAll('foyer_owner', owner)
      .replaceAll('foyer_service', role)
      .replaceAll(/(database) foyer\b/g, `$1 ${name}`)
      .split(';\n')
      .filter((statement) => statement.trim());

  const urlOf = (user: string, password: string): string =>
    Object.assign(new URL(admin), { username: user, password }).href;

  beforeAll(async () => {
    for (const statement of toStatements(forServer)) await sql(statement);
    admin = Object.assign(new URL(process.env.TEST_DATABASE_URL ?? ''), { pathname: name }).href;
    for (const statement of toStatements(forDatabase)) await sql(statement, [], admin);
    ownerUrl = urlOf(owner, 'OWNER_PASSWORD');
    serviceUrl = urlOf(role, 'SERVICE_PASSWORD');
    await newShopDatabase({ activation: 'none' }, ownerUrl);
  }, 120_000);
  afterAll(async () => {
    await dropDatabase(admin);
    await sql(`drop role ${owner}`);
    await sql(`drop role ${role}`);
  });

  /** @returns the output of a start that fails, in a process */
  async function outputOf(DATABASE_URL: string, program?: string): Promise<string> {
    const service = await Service.spawn(environment(DATABASE_URL), { program });
    expect(await service.exit).toBe(1);
    return service.output;
  }

  /** @returns what a start prints that fails at the check of the database, which requires no process */
  async function reasonOf(DATABASE_URL: string): Promise<string> {
    const env = environment(DATABASE_URL, { PORT: String(await freePort()) });
    const start = serve(loadConfig(env), { migrates: false, demo: undefined, warnings: [] });
    const error: unknown = await start.then(
      (app) => app.close(),
      (reason: unknown) => reason,
    );
    return describeStartError(error, env);
  }

  it('serves customers, sends mails and runs scheduled work', async () => {
    const smtp = await MailServer.listen();
    const service = await Service.start(environment(serviceUrl, { SMTP_URL: smtp.url }));
    try {
      const { token } = await service.customer();
      expect((await service.send('GET', '/customer/shop/me', { token })).status).toBe(200);
      const visitor = await service.anonymousToken();
      const { email } = await service.signUp(visitor);
      await service.send('POST', '/customer/shop/password/reset', { token: visitor, body: { email } });
      await waitUntil('the mail is sent', () => smtp.mailsTo(email).length > 0);
      expect(service.output).not.toMatch(/"level":[45]0/);
    } finally {
      await service.stop();
      await smtp.close();
    }
  }, 120_000);

  it('returns 503 while the database rejects its role, logs the cause, and recovers by itself', async () => {
    const service = await Service.start(environment(serviceUrl));
    try {
      const { token } = await service.customer();
      for (const [change, undo, cause] of [
        [`alter role ${role} password 'rotated'`, `alter role ${role} password 'SERVICE_PASSWORD'`, '28P01'],
        [`alter role ${role} nologin`, `alter role ${role} login`, '28000'],
        [`alter role ${role} connection limit 0`, `alter role ${role} connection limit -1`, '53300'],
      ] as const) {
        await sql(change);
        await sql('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1', [role]);
        const statuses = async (): Promise<number[]> => [
          (await service.send('GET', '/health/ready')).status,
          (await service.send('GET', '/customer/shop/me', { token })).status,
        ];
        try {
          // The first requests may use connections that are being terminated.
          const line = new RegExp(`The database is unavailable: .*(DATABASE_URL|connection).* \\(${cause}`);
          await waitUntil(`the log names ${cause}`, async () => {
            expect({ cause, statuses: await statuses() }).toEqual({ cause, statuses: [503, 503] });
            return line.test(service.output);
          });
        } finally {
          await sql(undo);
        }
        await waitUntil('the service recovers', () => service.respondsOk('/health/ready'), { seconds: 5 });
        expect(await statuses()).toEqual([200, 200]);
      }
      await sql(`revoke select on customers from ${role}`, [], ownerUrl);
      expect((await service.send('GET', '/customer/shop/me', { token })).status).toBe(503);
      expect(service.output).toContain('The database is unavailable: the role of DATABASE_URL lacks a right (42501)');
      await sql(`grant select on customers to ${role}`, [], ownerUrl);
      expect((await service.send('GET', '/customer/shop/me', { token })).status).toBe(200);
      expect(service.output).not.toContain('"level":50');
    } finally {
      await service.stop();
    }
  }, 120_000);

  it('names the remedy if a table is locked or there are too many connections at the start', async () => {
    const lock = new Client({ connectionString: ownerUrl });
    await lock.connect();
    try {
      await lock.query('begin; lock table mikro_orm_migrations');
      expect(await reasonOf(serviceUrl)).toMatch(
        /^Foyer cannot start:\n {2}.*lock timeout.* such as a backup, .* try again/,
      );
    } finally {
      await lock.end();
    }
    await sql(`alter role ${role} connection limit 0`);
    try {
      expect(await reasonOf(serviceUrl)).toMatch(/^Foyer cannot start:\n {2}.*max_connections.*DATABASE_POOL/);
    } finally {
      await sql(`alter role ${role} connection limit -1`);
    }
  }, 120_000);

  it('creates a tenant whose customers get references', async () => {
    const env = { DATABASE_URL: serviceUrl };
    expect(await runInProcess(['tenant', 'create', 'fresh'], { env })).toMatchObject({ code: 0, err: '' });
    const references = await sql(
      `insert into customers (tenant, id, preferred_language, preferred_currency, preferred_site, active, on_hold, created_at, modified_at)
        values ('fresh', '1', 'en', 'EUR', 'main', true, false, now(), now()) returning reference`,
      [],
      serviceUrl,
    );
    expect(references).toEqual([{ reference: 'FRESH--1' }]);
  });

  it('cannot change, delete or truncate the history', async () => {
    const entry = `insert into history (tenant, at, actor_kind, actor, action) values ('shop', now() - interval '1 year',
      'operator', 'root', 'settings_changed') returning id`;
    expect(await sql(entry, [], serviceUrl)).toHaveLength(1);
    for (const [statement, reason] of [
      [`update history set actor = 'nobody'`, 'permission denied for table history'],
      ['truncate history', 'permission denied for table history'],
      ['delete from history', 'entries of the history can be neither changed nor deleted'],
      ['alter table history disable trigger keep_history', 'must be owner of table history'],
    ] as const) {
      await expect(sql(statement, [], serviceUrl)).rejects.toThrow(reason);
    }
    expect(await sql(`select actor from history where actor = 'root'`, [], serviceUrl)).toHaveLength(1);
  });

  it('does not start if a right is missing, and names the right', async () => {
    const remedy = 'grant the rights that docs/operations.md lists';
    await sql(`revoke insert on customers from ${role}`, [], ownerUrl);
    expect(await reasonOf(serviceUrl)).toMatch(
      new RegExp(`^Foyer cannot start:\n {2}The role of DATABASE_URL .*insert on customers.*${remedy}.*$`),
    );
    await sql(`grant insert on customers to ${role}`, [], ownerUrl);
    await sql(`revoke usage on schema pgboss from ${role}`, [], ownerUrl);
    expect(await reasonOf(serviceUrl)).toMatch(new RegExp(`usage on schema pgboss.*${remedy}`));
    await sql(`grant usage on schema pgboss to ${role}`, [], ownerUrl);
  }, 120_000);

  it('cannot migrate, and reports this in one line', async () => {
    const empty = await newDatabase();
    try {
      const url = Object.assign(new URL(empty), { username: role, password: 'SERVICE_PASSWORD' }).href;
      expect(await outputOf(url, 'run-migrations.js')).toMatch(
        /^Foyer cannot start:\n {2}The role of DATABASE_URL lacks a right \(permission denied .*docs\/operations\.md.*\n$/,
      );
    } finally {
      await dropDatabase(empty);
    }
  }, 120_000);

  it('does not start with a server without TLS if sslmode requires TLS', async () => {
    expect(await reasonOf(`${serviceUrl}?sslmode=verify-full`)).toMatch(
      /has no TLS.* sslmode of DATABASE_URL .*remove it/,
    );
  }, 120_000);

  it('does not start if the job queue was not migrated', async () => {
    await sql('alter schema pgboss rename to pgboss_later', [], ownerUrl);
    expect(await outputOf(serviceUrl)).toContain(
      'Foyer cannot start:\n  The database schema is out of date: run `npm run migrate`.\n',
    );
    await sql('alter schema pgboss_later rename to pgboss', [], ownerUrl);
    await sql('update pgboss.version set version = version - 1', [], ownerUrl);
    expect(await outputOf(serviceUrl)).toContain(
      'Foyer cannot start:\n  The database schema is out of date: run `npm run migrate`.\n',
    );
    await sql('update pgboss.version set version = version + 1', [], ownerUrl);
  }, 120_000);
});
