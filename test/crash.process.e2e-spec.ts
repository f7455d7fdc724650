import { freePort } from '../src/common/free-port.js';
import { dropDatabase, sql } from './support/database.js';
import { Service, environment, newShopDatabase } from './support/server.js';
import { MailServer } from './support/smtp.js';
import { waitUntil } from './support/wait-until.js';

/** Tests of a process that is killed without a warning (SIGKILL). */
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

  it('sends a committed mail exactly once after the restart', async () => {
    service = await Service.start(env);
    const visitor = await service.anonymousToken();
    const ada = await service.signUp(visitor);
    const { status } = await service.send('POST', '/customer/shop/password/reset', {
      token: visitor,
      body: { email: ada.email },
    });
    await service.kill();
    expect(status).toBe(204);

    // If it was killed during a delivery, the lease of that mail must end first.
    await endLeases();
    smtp = await MailServer.listen(mailPort);
    service = await Service.start(env);
    await waitUntil('all mails are sent', async () => (await unsent()) === 0, { seconds: 20 });
    const subjects = smtp.mailsTo(ada.email).map(({ headers }) => headers.subject?.[0]);
    expect(subjects.sort()).toEqual(['Please confirm your e-mail address', 'Set a new password']);
  });

  it('sends an interrupted mail after the restart', async () => {
    smtp = await MailServer.listen(mailPort);
    service = await Service.start(env);
    const visitor = await service.anonymousToken();
    const email = 'just-sending@example.com';
    smtp.planBehavior(email, 'hang');
    await service.send('POST', '/customer/shop/signup', { token: visitor, body: { email, password: 'secret words' } });
    await waitUntil('the mail is on its way', () => (smtp?.attempts ?? 0) > 0);
    await service.kill();
    await endLeases();
    service = await Service.start(env);
    await waitUntil('the mail is sent', async () => (await unsent()) === 0, { seconds: 25 });
    expect(smtp.mailsTo(email)).toHaveLength(1);
  });

  it('stores no account without its mail and no mail without its account', async () => {
    service = await Service.start(env);
    const visitor = await service.anonymousToken();
    const acknowledged: string[] = [];
    const burst = Array.from({ length: 8 }, async () => {
      for (;;) acknowledged.push((await service.signUp(visitor)).email);
    });
    const settled = Promise.allSettled(burst);
    await waitUntil('some have signed up', () => acknowledged.length >= 10, { every: 5 });
    await service.kill();
    await settled;

    const accounts = await column('select email as value from accounts');
    expect(await column(`select recipient as value from outbox where kind = 'opt-in'`)).toEqual(accounts);
    expect(accounts).toEqual(expect.arrayContaining(acknowledged));

    await endLeases();
    smtp = await MailServer.listen(mailPort);
    service = await Service.start(env);
    await waitUntil('all mails are sent', async () => (await unsent()) === 0, { seconds: 25 });
    for (const email of acknowledged) expect(smtp.mailsTo(email)).toHaveLength(1);
  });

  /** Ends the leases of mails that the killed process had claimed. Until then no other process sends them. */
  async function endLeases(): Promise<void> {
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
