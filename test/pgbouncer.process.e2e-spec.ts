import { dropDatabase, newDatabase, sql } from './support/database.js';
import { PgBouncer, pgBouncerProgram } from './support/pgbouncer.js';
import { Service, environment, newShopDatabase } from './support/server.js';
import { MailServer } from './support/smtp.js';
import { waitUntil } from './support/wait-until.js';

if (!pgBouncerProgram) process.stderr.write('PgBouncer is not installed: its stories are skipped.\n');

(pgBouncerProgram ? describe : describe.skip)('behind PgBouncer in transaction mode', () => {
  let database: string;
  let bouncer: PgBouncer;
  afterEach(async () => {
    await bouncer.stop();
    await dropDatabase(database);
  });

  it('the service responds to every request and sends mails, with time limits', async () => {
    database = await newShopDatabase({ activation: 'none' });
    bouncer = await PgBouncer.start(database);
    const smtp = await MailServer.listen();
    const env = environment(bouncer.url, { DATABASE_PREPARED: 'off', SMTP_URL: smtp.url });
    const service = await Service.start(env);
    try {
      const { token } = await service.customer();
      const requests = Array.from({ length: 50 }, (_, index) =>
        service.send('GET', index % 2 ? '/customer/shop/me' : '/customer/shop/me/addresses', { token }),
      );
      const responses = await Promise.all(requests);
      expect(responses.map(({ status }) => status)).toEqual(Array(50).fill(200));
      const visitor = await service.anonymousToken();
      const { email } = await service.signUp(visitor);
      await service.send('POST', '/customer/shop/password/reset', { token: visitor, body: { email } });
      await waitUntil('the mail is sent', () => smtp.mailsTo(email).length > 0);
      const limits = `select current_setting('statement_timeout') || ' ' || current_setting('lock_timeout') as limits`;
      const connections = await Promise.all([1, 2, 3].map(() => sql(limits, [], bouncer.url)));
      expect(connections).toEqual(Array(3).fill([{ limits: '5s 2s' }]));
      expect(service.output).not.toMatch(/prepared statement|"level":50/);
      expect(await service.stop()).toBe(0);
    } finally {
      await service.kill();
      await smtp.close();
    }
  }, 120_000);

  it('the database is migrated once when two processes migrate concurrently', async () => {
    database = await newDatabase();
    bouncer = await PgBouncer.start(database);
    const env = { DATABASE_URL: bouncer.url, DATABASE_PREPARED: 'off' };
    const all = await Promise.all([1, 2].map(() => Service.spawn(env, { program: 'run-migrations.js' })));
    expect(await Promise.all(all.map(({ exit }) => exit))).toEqual([0, 0]);
    expect(all.map(({ output }) => /Migrated|Nothing/.exec(output)?.[0]).sort()).toEqual(['Migrated', 'Nothing']);
  }, 120_000);

  it.each([
    ['rejects', []],
    ['ignores', ['ignore_startup_parameters = options']],
  ])(
    'a start names DATABASE_PREPARED if PgBouncer %s options',
    async (_what, settings) => {
      database = await newShopDatabase();
      bouncer = await PgBouncer.start(database, settings);
      const service = await Service.spawn(environment(bouncer.url));
      expect(await service.exit).toBe(1);
      expect(service.output).toMatch(/^Foyer cannot start:\n {2}.*connection pooler.* set DATABASE_PREPARED=off\.\n$/);
    },
    120_000,
  );
});
