import { EntityManager } from '@mikro-orm/postgresql';
import { Jobs } from '../src/jobs/jobs.js';
import { secondsUntilNext } from '../src/mailer/deliveries.js';
import { failureReason, isPermanent } from '../src/mailer/smtp-failure.js';
import { Outbox } from '../src/mailer/outbox.service.js';
import type { MailKind } from '../src/mailer/mail-kinds.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import { TenantsService } from '../src/tenants/tenants.service.js';
import { LogRecorder } from './support/log-recorder.js';
import { rows } from './support/rows.js';
import { Shop } from './support/shop.js';
import { MailServer } from './support/smtp.js';
import { waitUntil } from './support/wait-until.js';

/** The number of mails in the first two rounds over all connections. */
const FIRST = 20;

interface Sender {
  /** The customer that causes the mails; if omitted, each mail has its own network address. */
  customer?: string;
  tenant?: string;
  kind?: MailKind;
  /** Returns the network address that causes the mail with that number. */
  from?: (mail: number) => string;
}

describe('the mail queue', () => {
  let smtp: MailServer;
  let shop: Shop;
  let sender: Shop | undefined;
  let subnet = 0;

  beforeEach(async () => {
    smtp = await MailServer.listen();
    shop = await Shop.open({ activation: 'none' }, { smtpUrl: smtp.url, jobs: false });
  });
  afterEach(async () => {
    await sender?.app.close();
    sender = undefined;
    await shop.close();
    await smtp.close();
  });

  /** Queues mails, each to another recipient. @returns the recipients */
  async function queue(
    count: number,
    { customer, tenant = 'shop', kind = 'password-reset', from = (mail) => `10.${subnet}.0.${mail}` }: Sender,
  ): Promise<Set<string>> {
    const em = shop.app.get(EntityManager);
    const recipients = Array.from({ length: count }, () => shop.person().email);
    const facts = { token: 'a token', link: 'https://shop.example/' };
    const send = (emails: string[], address: string) =>
      RequestScope.run(
        em,
        async () => {
          await shop.app.get(TenantsService).enter(tenant);
          Object.assign(RequestScope.current ?? {}, { customer });
          await em.transactional(async () => {
            for (const email of emails) {
              await shop.app.get(Outbox).add(kind, { email, customerId: undefined, confirmed: false }, facts);
            }
          });
        },
        { address },
      );
    subnet += 1;
    if (customer) await send(recipients, '198.51.100.1');
    else for (const [i, email] of recipients.entries()) await send([email], from(i));
    return new Set(recipients);
  }

  /** Starts a process that delivers mails. */
  async function deliver(changes: Parameters<typeof Shop.open>[1] = {}): Promise<void> {
    sender = await Shop.open({}, { ...shop.config, jobs: true, ...changes });
  }

  const order = (): string[] => smtp.mails.map(({ recipients: [recipient = ''] }) => recipient);

  /** The place of a mail among all that were sent, once it is sent. */
  const deliveryPosition = async (email: string): Promise<number> => {
    await waitUntil('the mail is sent', () => order().includes(email));
    return order().indexOf(email);
  };

  it('sends the reset of a customer ahead of 1,000 mails of another one', async () => {
    await queue(1000, { customer: 'eve' });
    const { email } = await shop.signUp();
    await (await shop.visitor()).post('/password/reset', 204, { email });
    await deliver();
    expect(await deliveryPosition(email)).toBeLessThan(FIRST);
  });

  it('treats the addresses of an IPv6 /64 as one sender', async () => {
    await queue(60, { from: (n) => `2001:db8::${(n + 1).toString(16)}` });
    const [email = ''] = await queue(1, {});
    await deliver();
    expect(await deliveryPosition(email)).toBeLessThan(FIRST);
  });

  it('sends the mail of a tenant ahead of those of many visitors of another tenant', async () => {
    await shop.addTenant('loud');
    await queue(100, { tenant: 'loud' });
    const [email = ''] = await queue(1, {});
    await deliver();
    expect(await deliveryPosition(email)).toBeLessThan(FIRST);
  });

  it('sends a mail of one kind ahead of those of another kind', async () => {
    await queue(100, { kind: 'opt-in' });
    const [email = ''] = await queue(1, {});
    await deliver();
    expect(await deliveryPosition(email)).toBeLessThan(FIRST);
  });

  it('sends mails that protect an account before notices', async () => {
    const notices = await queue(40, { kind: 'activated' });
    const resets = await queue(40, {});
    await deliver();
    await waitUntil('all are sent', () => order().length === 80);
    const before = order().slice(0, 30);
    expect(before.filter((email) => resets.has(email))).toHaveLength(30);
    expect(before.filter((email) => notices.has(email))).toEqual([]);
  });

  it('is also fair among retries', async () => {
    const loud = await queue(60, { customer: 'eve' });
    const [email = ''] = await queue(1, { customer: 'ada' });
    for (const each of [...loud, email]) smtp.planBehavior(each, 451);
    await deliver({ mailAttempts: 2, mailRetrySeconds: 8 });
    await waitUntil('all were tried', () => smtp.attempts === 61);
    await rows(shop, `update outbox set due_at = now()`);
    expect(await deliveryPosition(email)).toBeLessThan(FIRST);
  });

  it('is shared by processes without sending a mail twice', async () => {
    const mails = await queue(100, { customer: 'eve' });
    const other = await Shop.open({}, { ...shop.config, jobs: true });
    await deliver();
    await waitUntil(
      'all are sent',
      async () => (await rows(shop, 'select 1 from outbox where sent_at is null')).length === 0,
    );
    expect(order().sort()).toEqual([...mails].sort());
    await other.app.close();
  });

  it('sends the mail of a killed process when its lease has expired', async () => {
    const [email = ''] = await queue(1, {});
    // Like a process that is killed right after the claim.
    await rows(shop, `update outbox set attempts = 1, due_at = now() + interval '2 minutes'`);
    await deliver();
    const [later = ''] = await queue(1, {});
    await deliveryPosition(later);
    expect(order()).toEqual([later]);
    await rows(shop, `update outbox set due_at = due_at - interval '2 minutes' where due_at is not null`);
    await deliveryPosition(email);
    expect(smtp.mailsTo(email)).toHaveLength(1);
  });

  it('logs a warning after a minute of delay, without recipients in logs and jobs', async () => {
    const [late = '', rejected = ''] = await queue(2, { customer: 'eve' });
    smtp.planBehavior(late, 451, 451, 451);
    smtp.planBehavior(rejected, 550);
    await deliver({ mailRetrySeconds: 600 });
    const log = new LogRecorder();
    sender?.app.useLogger(log);
    await waitUntil('both were tried', async () => {
      const tried = await rows(shop, 'select 1 from outbox where last_error is not null');
      return tried.length === 2;
    });
    const jobs = sender?.app.get(Jobs);
    const em = sender?.app.get(EntityManager);
    const enqueueCheck = () =>
      em && RequestScope.run(em, () => em.transactional(async () => jobs?.enqueue('mail-queue-check', {})));
    const waitForChecks = async (times: number) =>
      waitUntil('the queue was checked', async () => {
        const done = `select 1 from pgboss.job where name = 'mail-queue-check' and state = 'completed'`;
        return (await rows(shop, done)).length >= times;
      });
    const warnings = () => JSON.stringify(log.entries).match(/The oldest queued mail is late/g) ?? [];
    await enqueueCheck();
    await waitForChecks(1);
    expect(warnings()).toEqual([]);
    sender?.advanceClock(90);
    await enqueueCheck();
    await waitUntil('there is a warning', () => warnings().length > 0);
    expect(JSON.stringify(log.entries)).toMatch(/"queued":1,"seconds":(9|1\d)\d/);
    const traces = JSON.stringify([log.entries, await rows(shop, 'select * from pgboss.job')]);
    for (const email of [late, rejected]) expect(traces).not.toContain(email);
  });
});

describe('an attempt to send a mail', () => {
  it('is repeated after a pause that doubles, up to an hour', () => {
    expect([1, 2, 3, 10, 11, 50].map((attempts) => secondsUntilNext(attempts, 5))).toEqual([
      5, 10, 20, 2560, 3600, 3600,
    ]);
  });

  it.each([
    [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550, response: '550 5.1.1 No such user' }, true],
    [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 552, response: '552 mailbox full' }, true],
    [{ code: 'EMESSAGE', command: 'DATA', responseCode: 554, response: '554 5.7.1 Spam' }, true],
    [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 450 }, false],
    [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550, response: '550 5.1.8 Sender rejected' }, false],
    [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 554, response: '554 5.7.1 Relay access denied' }, false],
    [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 530 }, false],
    [{ code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 550 }, false],
    [{ code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 530 }, false],
    [{ code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 }, false],
    [{ code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 454 }, false],
    [{ code: 'EPROTOCOL', command: 'CONN', responseCode: 554 }, false],
    [{ code: 'EENVELOPE', command: 'RCPT TO' }, false],
    [new Error('any'), false],
  ])('fails permanently after %j: %j', (error, permanent) => expect(isPermanent(error)).toBe(permanent));

  it.each([
    [{ code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 }, 'rejects the user name or the password of SMTP_URL'],
    [{ code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 553 }, 'rejects the sender'],
    [{ code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 530 }, 'requires a user name and a password'],
    [{ code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550 }, 'rejects the recipient'],
    [{ code: 'EPROTOCOL', command: 'CONN', responseCode: 554 }, 'rejects the connection'],
    [{ code: 'EDNS', command: 'CONN' }, 'SMTP_URL has no address'],
  ])('fails with a reason after %j: %s', (error, reason) => expect(failureReason(error)).toContain(reason));
});
