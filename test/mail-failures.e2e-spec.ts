import { EntityManager } from '@mikro-orm/postgresql';
import { createServer } from 'node:tls';
import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config } from '../src/config/config.js';
import { MailQueue } from '../src/mailer/mail-queue.js';
import { Outbox } from '../src/mailer/outbox.service.js';
import { secondsUntilNext } from '../src/mailer/deliveries.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import { TenantsService } from '../src/tenants/tenants.service.js';
import { type RunResult, runInProcess } from './support/command-line.js';
import { LogRecorder } from './support/log-recorder.js';
import { rows } from './support/rows.js';
import { ScriptedMailServer } from './support/scripted-smtp.js';
import { Shop } from './support/shop.js';
import { waitUntil } from './support/wait-until.js';

interface Row {
  attempts: number;
  last_error: string | null;
  given_up_at: Date | null;
  sent_at: Date | null;
}

interface Listed {
  id: string;
  status: string;
  recipient: string;
  lastError: string | null;
}

describe('a mail that the mail server does not accept', () => {
  let smtp: ScriptedMailServer;
  let shop: Shop;
  let sender: Shop | undefined;
  let log: LogRecorder;

  beforeAll(async () => {
    smtp = await ScriptedMailServer.listen();
    shop = await Shop.open({ activation: 'none' }, { smtpUrl: smtp.url, jobs: false });
  });
  afterEach(async () => {
    await sender?.app.close();
    sender = undefined;
    smtp.replies = {};
    await rows(shop, 'delete from outbox');
  });
  afterAll(async () => {
    await shop.close();
    await smtp.close();
  });

  const outbox = async (): Promise<Row> => {
    const [row] = await rows<Row>(shop, 'select * from outbox');
    if (!row) throw new Error('No mail');
    return row;
  };

  /** Stores a password reset mail. @returns its recipient */
  async function queue(): Promise<string> {
    const em = shop.app.get(EntityManager);
    const { email } = shop.person();
    await RequestScope.run(em, async () => {
      await shop.app.get(TenantsService).enter('shop');
      const facts = { token: 'the-token', link: 'https://shop.example/the-link' };
      const to = { email, customerId: undefined, confirmed: false };
      await em.transactional(() => shop.app.get(Outbox).add('password-reset', to, facts));
    });
    return email;
  }

  /** Starts a process that delivers mails, and records its log. */
  async function deliver(changes: Parameters<typeof Shop.open>[1] = {}): Promise<void> {
    // No attempt is made before the log is recorded.
    const moveDueTime = (sign: string) => rows(shop, `update outbox set due_at = due_at ${sign} interval '1 hour'`);
    await moveDueTime('+');
    sender = await Shop.open({}, { ...shop.config, jobs: true, mailAttempts: 20, ...changes });
    log = new LogRecorder();
    sender.app.useLogger(log);
    await moveDueTime('-');
  }

  const waitForFailure = async (): Promise<Row> =>
    waitUntil('an attempt has failed', async () => {
      const row = await outbox();
      return row.last_error ? row : undefined;
    });

  it.each([
    ['greeting', '554 5.3.2 Go away', 'rejects the connection'],
    ['greeting', '421 4.3.2 Too busy', 'rejects the connection'],
    ['AUTH', '535 5.7.8 Wrong password', 'rejects the user name or the password of SMTP_URL'],
    ['AUTH', '454 4.7.0 Try again', 'The login at the mail server failed'],
    ['MAIL', '530 5.7.0 Must log in', 'requires a user name and a password in SMTP_URL'],
    ['MAIL', '550 5.7.1 Sender rejected', 'rejects the sender'],
    ['RCPT', '554 5.7.1 <RECIPIENT>: Relay access denied', 'rejects the sender or the connection'],
    ['MAIL', '452 4.3.1 Insufficient system storage', 'does not accept the mail at the moment'],
    ['RCPT', '421 4.3.2 Shutting down', 'does not accept the mail at the moment'],
    ['DATA', '451 4.3.0 Local error', 'does not accept the mail at the moment'],
    ['greeting', 'HTTP/1.1 400 Bad Request', 'The server of SMTP_URL sends no valid SMTP replies'],
  ] as const)('is retried after a rejected session or sender (%s: %s)', async (step, reply, reason) => {
    const email = await queue();
    const accepted = smtp.accepted;
    smtp.replies = { [step]: reply.replace('RECIPIENT', email) };
    await deliver();
    expect((await waitForFailure()).given_up_at).toBeNull();
    const logged = JSON.stringify(log.entries);
    expect(logged).toContain(reason);
    expect(logged).not.toContain(email);
    smtp.replies = {};
    await waitUntil('the mail is sent', async () => (await outbox()).sent_at !== null);
    expect(smtp.accepted).toBe(accepted + 1);
  });

  it('is given up after a rejected recipient', async () => {
    const email = await queue();
    smtp.replies = { RCPT: `550 5.1.1 <${email}>: No such user` };
    await deliver();
    expect(await waitForFailure()).toMatchObject({ attempts: 1, given_up_at: expect.any(Date) as Date });
    expect(JSON.stringify(log.entries)).toContain('rejects the recipient');
    expect(JSON.stringify(log.entries)).not.toContain(email);
  });

  it('is retried for 48 hours by default', () => {
    const { mailAttempts, mailRetrySeconds } = new Config();
    let seconds = 0;
    for (let attempt = 1; attempt < mailAttempts; attempt++) seconds += secondsUntilNext(attempt, mailRetrySeconds);
    expect(seconds / 3600).toBeGreaterThanOrEqual(48);
    expect(seconds / 3600).toBeLessThan(49.5);
  });

  it('is not sent after its link has expired', async () => {
    await queue();
    const { connections } = smtp;
    // As if the mail server had been down for two hours. The link is valid for one.
    await rows(shop, `update outbox set expires_at = expires_at - interval '2 hours'`);
    await deliver();
    expect(await waitForFailure()).toMatchObject({
      given_up_at: expect.any(Date) as Date,
      last_error: 'The link or code in the mail has expired',
    });
    expect(smtp.connections).toBe(connections);
    expect(await sender?.app.get(MailQueue).retry({ ids: [] })).toBe(0);
  });

  it('expires with its link: the link of a password reset after an hour', async () => {
    await queue();
    const [row] = await rows<{ seconds: number }>(
      shop,
      'select extract(epoch from expires_at - created_at)::int as seconds from outbox',
    );
    expect(row).toEqual({ seconds: 3600 });
  });

  it('logs that a certificate is self-signed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'foyer-story-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-days', '2', '-nodes'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    execFileSync('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', cert], { stdio: 'pipe' });
    const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => socket.destroy());
    server.on('tlsClientError', () => undefined);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      await queue();
      await deliver({ smtpUrl: `smtps://127.0.0.1:${(server.address() as AddressInfo).port}` });
      await waitForFailure();
      expect(JSON.stringify(log.entries)).toContain('The certificate of the mail server is self-signed');
    } finally {
      server.close();
    }
  });

  it('logs that TLS failed, for example on a port without TLS', async () => {
    await queue();
    await deliver({ smtpUrl: smtp.url.replace('smtp:', 'smtps:') });
    await waitForFailure();
    const reason = 'TLS with the mail server failed: check the scheme and the port of SMTP_URL';
    expect(JSON.stringify(log.entries)).toContain(reason);
  });

  it('logs that a mail is encrypted with another secret', async () => {
    await queue();
    await deliver({ secret: 'another secret for tests, long enough' });
    expect((await waitForFailure()).given_up_at).toBeNull();
    expect(JSON.stringify(log.entries)).toContain('The mail is encrypted with another FOYER_SECRET');
  });

  it.each([
    ['https://accounts.example.com/base', 'accounts.example.com'],
    ['http://192.0.2.7:3000', '[192.0.2.7]'],
    ['http://[2001:db8::1]:3000', '[IPv6:2001:db8::1]'],
  ])('names the host of PUBLIC_URL in EHLO (%s)', async (publicUrl, name) => {
    await queue();
    await deliver({ publicUrl });
    await waitUntil('the mail is sent', async () => (await outbox()).sent_at !== null);
    expect(smtp.names.at(-1)).toBe(name);
  });

  it('is listed by the command line without its content, and sent after foyer mail retry', async () => {
    const env = { DATABASE_URL: shop.config.databaseUrl ?? '' };
    const mail = (...args: string[]): Promise<RunResult> => runInProcess(['mail', ...args], { env, shop });
    const list = async (...args: string[]): Promise<Listed[]> =>
      JSON.parse((await mail('list', '--json', ...args)).out) as Listed[];
    const rejected = await queue();
    smtp.replies = { RCPT: '550 5.1.1 No such user' };
    await deliver();
    await waitForFailure();
    await sender?.app.close();
    sender = undefined;
    const waiting = await queue();

    const listed = await list('--tenant', 'shop');
    expect(listed).toMatchObject([
      { status: 'given_up', recipient: rejected, kind: 'password-reset', attempts: 1, tenant: 'shop' },
      { status: 'queued', recipient: waiting, lastError: null, attempts: 0 },
    ]);
    expect(listed[0]?.lastError).toContain('550 5.1.1 No such user');
    expect((await mail('list')).out).not.toMatch(/the-token|the-link|Set a new password|sealed/);
    const colored = '550 5.1.1 \u001b[31mNo\r\n\u009b2Jsuch user';
    await rows(shop, 'update outbox set last_error = $1 where id = $2', [colored, listed[0]?.id]);
    expect((await mail('list')).out).toContain('550 5.1.1 \\u001b[31mNo\\u000d\\n\\u009b2Jsuch user');
    const inJson = await mail('list', '--json');
    expect(inJson.out).not.toMatch(/[\u001b\u009b]/);
    expect(JSON.parse(inJson.out)).toMatchObject([{ lastError: colored }, {}]);
    expect(await list('--status', 'queued')).toMatchObject([{ recipient: waiting }]);
    expect(await list('--status', 'given_up', '--limit', '1')).toMatchObject([{ recipient: rejected }]);
    expect((await mail('list', '--tenant', 'nowhere')).err).toContain("Tenant 'nowhere' does not exist");

    expect((await mail('retry', listed[1]?.id ?? '', '--json')).out).toContain('"queued": 0');
    expect((await mail('retry', listed[0]?.id ?? '')).out).toBe('Queued again: 1\n');
    smtp.replies = {};
    const { accepted } = smtp;
    await deliver();
    await waitUntil('both are sent', () => smtp.accepted === accepted + 2);
  });
});
