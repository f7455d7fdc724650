import { EntityManager } from '@mikro-orm/postgresql';
import { freePort } from '../src/common/free-port.js';
import { Outbox } from '../src/mailer/outbox.service.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import { TenantsService } from '../src/tenants/tenants.service.js';
import type { Config } from '../src/config/config.js';
import { dropDatabase, sql } from './support/database.js';
import { newShopDatabase } from './support/server.js';
import { type Person, Shop } from './support/shop.js';
import { MailServer, type ReceivedMail } from './support/smtp.js';
import { waitUntil } from './support/wait-until.js';

interface Row {
  id: string;
  sent_at: Date | null;
  sealed: Buffer | null;
  attempts: number;
  due_at: Date | null;
  last_error: string | null;
  given_up_at: Date | null;
}

describe('the outbox', () => {
  let database: string;
  let smtp: MailServer;
  let shop: Shop;
  const settings = {
    activation: 'none' as const,
    mailFrom: 'The Shop <hello@shop.example>',
    links: { passwordReset: 'https://shop.example/reset?token=' },
  };

  beforeAll(async () => {
    database = await newShopDatabase(settings);
    smtp = await MailServer.listen();
  });
  afterAll(async () => {
    await smtp.close();
    await dropDatabase(database);
  });
  afterEach(() => shop.app.close());

  async function open(config: Partial<Config> = {}): Promise<void> {
    shop = await Shop.open(settings, { databaseUrl: database, smtpUrl: smtp.url, ...config });
  }

  async function requestReset(person: Person, headers: Record<string, string> = {}): Promise<void> {
    const visitor = await shop.visitor();
    const { status } = await visitor.send('POST', '/password/reset', { body: { email: person.email }, headers });
    expect(status).toBe(204);
  }

  async function rowTo({ email }: Person): Promise<Row> {
    const [row] = await sql<Row>('select * from outbox where recipient = $1', [email], database);
    if (!row) throw new Error(`No row to ${email}`);
    return row;
  }

  const waitUntilSent = async (person: Person): Promise<Row> =>
    waitUntil('the mail is sent', async () => {
      const row = await rowTo(person);
      return row.sent_at ? row : undefined;
    });

  const waitUntilGivenUp = async (person: Person): Promise<Row> =>
    waitUntil('the mail is given up', async () => {
      const row = await rowTo(person);
      return row.given_up_at ? row : undefined;
    });

  function onlyMailTo({ email }: Person): ReceivedMail {
    const [mail, ...others] = smtp.mailsTo(email);
    if (!mail || others.length > 0)
      throw new Error(`Expected one mail to ${email}, got ${others.length + (mail ? 1 : 0)}`);
    return mail;
  }

  it('sends a mail with the sender and the link of the tenant, regardless of the Host header', async () => {
    await open();
    const ada = await shop.signUp();
    await requestReset(ada, { host: 'evil.example', 'x-forwarded-host': 'evil.example' });
    const { id } = await waitUntilSent(ada);
    const { recipients, headers, text } = onlyMailTo(ada);
    expect(recipients).toEqual([ada.email]);
    expect(headers).toMatchObject({
      from: ['The Shop <hello@shop.example>'],
      to: [ada.email],
      subject: ['Set a new password'],
      'message-id': [`<${id}@shop.foyer>`],
    });
    expect(text).toMatch(/^https:\/\/shop\.example\/reset\?token=[\w-]{43}$/m);
    expect(text).not.toContain('evil');
  });

  /** Marks the address as confirmed. */
  const confirm = async ({ email }: Person): Promise<unknown> =>
    sql(
      `update customers c set confirmed_at = now() from accounts a
        where a.tenant = c.tenant and a.customer_id = c.id and a.email = $1`,
      [email],
      database,
    );

  it('keeps the mail text encrypted until it is sent, and then deletes it', async () => {
    await open();
    const ada = await shop.signUp({ customerDetails: { firstName: 'Adalbert' } });
    await confirm(ada);
    smtp.planBehavior(ada.email, 451);
    await requestReset(ada);
    const waiting = await waitUntil('one attempt was made', async () => {
      const row = await rowTo(ada);
      return row.attempts > 0 ? row : undefined;
    });
    expect(waiting.sealed?.toString('latin1')).not.toMatch(/Adalbert|https/);
    expect(await waitUntilSent(ada)).toMatchObject({ sealed: null, attempts: 2, last_error: null, given_up_at: null });
    expect(onlyMailTo(ada).text).toContain('Hello Adalbert,');
  });

  it('stores and sends nothing when the transaction is rolled back', async () => {
    await open();
    const ada = shop.person();
    const em = shop.app.get(EntityManager);
    await RequestScope.run(em, async () => {
      await shop.app.get(TenantsService).enter('shop');
      const rolledBack = em.transactional(async () => {
        await shop.app.get(Outbox).add('activated', { email: ada.email, customerId: undefined, confirmed: true }, {});
        throw new Error('for the story');
      });
      await expect(rolledBack).rejects.toThrow('for the story');
    });
    await expect(rowTo(ada)).rejects.toThrow('No row');
    expect(smtp.mailsTo(ada.email)).toEqual([]);
  });

  it('queues the mails of a command in production, which may have no mail server', async () => {
    await open({ mode: 'production', smtpUrl: null });
    const em = shop.app.get(EntityManager);
    const ada = shop.person();
    await RequestScope.run(em, async () => {
      await shop.app.get(TenantsService).enter('shop');
      await em.transactional(() =>
        shop.app.get(Outbox).add('activated', { email: ada.email, customerId: undefined, confirmed: true }, {}),
      );
    });
    expect((await rowTo(ada)).due_at).toBeInstanceOf(Date);
  });

  it('rejects a mail outside a transaction', async () => {
    await open();
    await RequestScope.run(shop.app.get(EntityManager), async () => {
      await shop.app.get(TenantsService).enter('shop');
      const recipient = { email: shop.person().email, customerId: undefined, confirmed: true };
      await expect(shop.app.get(Outbox).add('activated', recipient, {})).rejects.toThrow('transaction');
    });
  });

  it('retries with a growing delay after a temporary error (4xx), and delivers once', async () => {
    await open();
    const ada = await shop.signUp();
    smtp.planBehavior(ada.email, 451, 421);
    await requestReset(ada);
    expect(await waitUntilSent(ada)).toMatchObject({ attempts: 3, last_error: null });
    expect(onlyMailTo(ada)).toBeDefined();
    const [first = 0, second = 0, third = 0] = smtp.startTimes(ada.email);
    expect(second - first).toBeGreaterThanOrEqual(1000);
    expect(third - second).toBeGreaterThanOrEqual(2000);
  });

  it('gives up at once after a permanent error (5xx), and stores the reason', async () => {
    await open();
    const ada = await shop.signUp();
    smtp.planBehavior(ada.email, 550);
    await requestReset(ada);
    const row = await waitUntilGivenUp(ada);
    expect(row).toMatchObject({ attempts: 1, sent_at: null });
    expect(row.last_error).toMatch(/550/);
    expect(smtp.mailsTo(ada.email)).toEqual([]);
  });

  it('gives up after the configured number of attempts', async () => {
    await open({ mailAttempts: 2 });
    const ada = await shop.signUp();
    smtp.planBehavior(ada.email, 451, 451, 451);
    await requestReset(ada);
    expect(await waitUntilGivenUp(ada)).toMatchObject({ attempts: 2, sent_at: null });
    expect(smtp.mailsTo(ada.email)).toEqual([]);
  });

  it('accepts requests without a mail server, and sends once there is one', async () => {
    const port = await freePort();
    await open({ smtpUrl: `smtp://127.0.0.1:${port}`, mailAttempts: 10 });
    const ada = await shop.signUp();
    await requestReset(ada);
    await waitUntil('an attempt failed', async () => (await rowTo(ada)).attempts > 0);
    const late = await MailServer.listen(port);
    try {
      await waitUntilSent(ada);
      expect(late.mailsTo(ada.email)).toHaveLength(1);
    } finally {
      await late.close();
    }
  });

  it('accepts requests while the mail server hangs', async () => {
    const hanging = await MailServer.listen();
    try {
      await open({ smtpUrl: hanging.url });
      const ada = await shop.signUp();
      hanging.planBehavior(ada.email, 'hang');
      await requestReset(ada);
      await waitUntil('the server hangs', () => hanging.attempts > 0);
      await requestReset(ada);
      expect((await rowTo(ada)).sent_at).toBeNull();
    } finally {
      await hanging.close();
    }
  });

  it('retries when the connection drops in the middle of a message', async () => {
    await open();
    const ada = await shop.signUp();
    smtp.planBehavior(ada.email, 'drop');
    await requestReset(ada);
    expect(await waitUntilSent(ada)).toMatchObject({ attempts: 2 });
    expect(onlyMailTo(ada)).toBeDefined();
  });

  it('keeps the Message-ID when it resends after a lost response, so that receivers detect the copy', async () => {
    await open();
    const ada = await shop.signUp();
    smtp.planBehavior(ada.email, 'accept and drop');
    await requestReset(ada);
    const { id } = await waitUntilSent(ada);
    expect(smtp.mailsTo(ada.email).map(({ headers }) => headers['message-id'])).toEqual([
      [`<${id}@shop.foyer>`],
      [`<${id}@shop.foyer>`],
    ]);
  });

  it('delivers each mail once when two instances share a database', async () => {
    await open();
    const other = await Shop.open(settings, { ...shop.config });
    try {
      const persons = Array.from({ length: 20 }, () => shop.person());
      const [visitor, visitorOfOther] = [await shop.visitor(), await other.visitor()];
      const signUps = persons.map((person, i) => (i % 2 ? visitor : visitorOfOther).post('/signup', 201, person));
      await Promise.all(signUps);
      for (const [i, { email }] of persons.entries()) {
        await (i % 2 ? visitor : visitorOfOther).post('/password/reset', 204, { email });
      }
      for (const person of persons) await waitUntilSent(person);
      for (const person of persons) expect(onlyMailTo(person)).toBeDefined();
    } finally {
      await other.app.close();
    }
  });

  it('treats names as text and leaves unsafe ones out of the greeting', async () => {
    await open();
    const names = [
      ['Ada\r\nBcc: thief@evil.example', 'Hello,'],
      ['Ada\r\n\r\n.\r\nMAIL FROM:<thief@evil.example>', 'Hello,'],
      ['<b>Ada {{constructor}} ${process} %s', 'Hello <b>Ada {{constructor}} ${process} %s,'],
    ] as const;
    for (const [firstName, greeting] of names) {
      const ada = await shop.signUp({ customerDetails: { firstName } });
      await confirm(ada);
      await requestReset(ada);
      await waitUntilSent(ada);
      const { recipients, headers, text } = onlyMailTo(ada);
      expect(recipients).toEqual([ada.email]);
      expect(Object.keys(headers).sort()).toEqual([
        'auto-submitted',
        'content-language',
        'content-type',
        'date',
        'from',
        'message-id',
        'mime-version',
        'subject',
        'to',
        'x-auto-response-suppress',
      ]);
      expect(text.split('\n')[0]).toBe(greeting);
      expect(headers['content-type']?.[0]).toMatch(/^multipart\/alternative/);
    }
  });
});
