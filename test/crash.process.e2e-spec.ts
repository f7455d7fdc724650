import { dropDatabase, sql } from './support/database.js';
import { Service, environment, freePort, newShopDatabase } from './support/server.js';
import { MailServer } from './support/smtp.js';
import { until } from './support/until.js';

/** Stories of a process that dies without a warning (SIGKILL). */
describe('a killed service', () => {
  let database: string;
  let env: Record<string, string>;
  let mailPort: number;
  let smtp: MailServer | undefined;
  let service: Service;

  beforeAll(async () => {
    database = await newShopDatabase({ activation: 'email' });
    mailPort = await freePort();
    env = environment(database, { SMTP_URL: `smtp://127.0.0.1:${mailPort}` });
  });
  afterEach(async () => {
    await service.kill();
    await smtp?.close();
    smtp = undefined;
  });
  afterAll(() => dropDatabase(database));

  it('sends after its restart, once, the mail it had promised', async () => {
    service = await Service.start(env);
    const visitor = await service.visitor();
    const ada = await service.signedUp(visitor);
    const { status } = await service.send('POST', '/customer/shop/password/reset', {
      token: visitor,
      body: { email: ada.email },
    });
    await service.kill();
    expect(status).toBe(204);

    // Where it was killed at the very moment of an attempt, that one has its time.
    await anHourPasses();
    smtp = await MailServer.listen(mailPort);
    service = await Service.start(env);
    await until('all mails are sent', async () => (await unsent()) === 0, { seconds: 20 });
    const subjects = smtp.mailsTo(ada.email).map(({ headers }) => headers.subject?.[0]);
    expect(subjects.sort()).toEqual(['Please confirm your e-mail address', 'Set a new password']);
  });

  it('sends after its restart the mail that it was just sending', async () => {
    smtp = await MailServer.listen(mailPort);
    service = await Service.start(env);
    const visitor = await service.visitor();
    const email = 'just-sending@example.com';
    smtp.meet(email, 'hang');
    await service.send('POST', '/customer/shop/signup', { token: visitor, body: { email, password: 'secret words' } });
    await until('the mail is on its way', () => (smtp?.attempts ?? 0) > 0);
    await service.kill();
    await anHourPasses();
    service = await Service.start(env);
    await until('the mail is sent', async () => (await unsent()) === 0, { seconds: 25 });
    expect(smtp.mailsTo(email)).toHaveLength(1);
  });

  it('leaves no account without its mail and no mail without its account', async () => {
    service = await Service.start(env);
    const visitor = await service.visitor();
    const acknowledged: string[] = [];
    const burst = Array.from({ length: 8 }, async () => {
      for (;;) acknowledged.push((await service.signedUp(visitor)).email);
    });
    const ended = Promise.allSettled(burst);
    await until('some have signed up', () => acknowledged.length >= 10, { every: 5 });
    await service.kill();
    await ended;

    const accounts = await column('select email as value from accounts');
    expect(await column(`select recipient as value from outbox where kind = 'opt-in'`)).toEqual(accounts);
    expect(accounts).toEqual(expect.arrayContaining(acknowledged));

    await anHourPasses();
    smtp = await MailServer.listen(mailPort);
    service = await Service.start(env);
    await until('all mails are sent', async () => (await unsent()) === 0, { seconds: 25 });
    for (const email of acknowledged) expect(smtp.mailsTo(email)).toHaveLength(1);
  });

  /** Ends the leases of mails that a process had claimed when it died: until then no other process sends them. */
  async function anHourPasses(): Promise<void> {
    await sql(`update outbox set due_at = due_at - interval '1 hour' where due_at is not null`, [], database);
  }

  async function unsent(): Promise<number> {
    const [row] = await sql<{ count: number }>(
      'select count(*)::int as count from outbox where sent_at is null',
      [],
      database,
    );
    return row?.count ?? 0;
  }

  async function column(query: string): Promise<string[]> {
    return (await sql<{ value: string }>(query, [], database)).map(({ value }) => value).sort();
  }
});
