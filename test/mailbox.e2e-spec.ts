import { rows } from './support/rows.js';
import { dropDatabase } from './support/database.js';
import { newShopDatabase } from './support/server.js';
import { type Mail, Shop } from './support/shop.js';

describe('the mailbox in demo and development mode', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'email' })));
  afterAll(() => shop.close());

  it('shows the mails to an address, newest first, with the token of the link', async () => {
    const ada = await shop.signUp();
    shop.advanceClock(1);
    await (await shop.visitor()).post('/password/reset', 204, { email: ada.email });
    await shop.signUp();
    const mails = await shop.mailsTo(ada.email);
    expect(mails.map(({ kind }) => kind)).toEqual(['password-reset', 'opt-in']);
    const [{ token = '' } = {}] = mails;
    expect(mails[0]).toEqual({
      from: 'Foyer <no-reply@foyer.invalid>',
      to: ada.email,
      kind: 'password-reset',
      language: 'en',
      subject: 'Set a new password',
      text: expect.stringContaining(`http://localhost:8080/password/reset?token=${token}\n`) as string,
      html: expect.stringContaining(`href="http://localhost:8080/password/reset?token=${token}"`) as string,
      token: expect.stringMatching(/^[\w-]{43}$/) as string,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    });
  });

  it('finds an address in any letter case and shows all mails without an address', async () => {
    const { email } = await shop.signUp();
    expect(await shop.mailsTo(email.toUpperCase())).toHaveLength(1);
    const { body } = await shop.send<Mail[]>('GET', '/mailbox/messages');
    expect(body[0]?.to).toBe(email);
  });

  it('finds an internationalised address in its Unicode form', async () => {
    const email = `ada-${shop.person().email}`.replace('example.com', 'bücher.example');
    await shop.signUp({ email });
    expect(await shop.mailsTo(email)).toHaveLength(1);
  });

  it('leaves out mails that were encrypted with another secret', async () => {
    const [ada, eve] = [shop.person(), shop.person()];
    for (const { email, password } of [ada, eve])
      await (await shop.visitor()).post('/signup', 201, { email, password });
    await rows(shop, `update outbox set sealed = decode(md5('x'), 'hex') where recipient = $1`, [eve.email]);
    const { status, text } = await shop.send('GET', '/mailbox');
    expect([status, text.includes(ada.email), text.includes(eve.email)]).toEqual([200, true, false]);
  });

  it('is a page that escapes names and addresses', async () => {
    const firstName = `<b>O'Neil</b>"&`;
    const ada = await shop.customer({ email: `o'neil&${shop.person().email}`, customerDetails: { firstName } });
    await rows(shop, 'update customers set confirmed_at = now() where id = $1', [ada.id]);
    await (await shop.visitor()).post('/password/reset', 204, { email: ada.email });
    const { status, headers, text } = await shop.send('GET', `/mailbox?to=${encodeURIComponent(ada.email)}`);
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch('text/html');
    expect(headers['cache-control']).toBe('no-store');
    expect(text).not.toContain('<b>O');
    expect(text).toContain('<dd>o&#39;neil&#38;');
    expect(text).toMatch(/<a href="http:\/\/localhost:8080\/[^"]*token=[\w-]{43}" target="_blank">/);
  });

  it.each([
    ['opt-in', 'GET /customer/shop/signup/optin/the-token', 'POST /customer-confirmation', 'registrationKey'],
    [
      'password-reset',
      'POST /customer/shop/password/reset/update',
      'PATCH /customer-restore-password',
      'restorePasswordKey',
    ],
  ])('shows behind a link for %s the requests of both APIs that a storefront would send', async (purpose, ...calls) => {
    const { text } = await shop.send('GET', `/mailbox/link?for=${purpose}&tenant=shop&token=the-token`);
    for (const call of [...calls, 'the-token']) expect(text).toContain(call);
  });

  it('follows links of older versions, which have no tenant, at the demo', async () => {
    const { text } = await shop.send('GET', '/mailbox/link?for=opt-in&token=the-token');
    expect(text).toContain('GET /customer/demo/signup/optin/the-token');
  });

  it('shows only the Emporix API for a step or a tenant that the Glue API does not have', async () => {
    for (const query of ['for=erasure&tenant=shop', 'for=opt-in&tenant=other']) {
      const { status, text } = await shop.send('GET', `/mailbox/link?${query}&token=the-token`);
      expect([status, text.includes('Glue API')]).toEqual([200, false]);
    }
  });

  it.each([
    'for=constructor&token=x',
    'for=opt-in&tenant=%3Cb%3E&token=x',
    'for=opt-in&tenant=shop&token=%3Cscript%3E',
    'for=opt-in&tenant=shop&token=a%0A%0Ab',
    'for=opt-in&tenant=shop&token=..%2Fme',
    'for=opt-in&tenant=shop',
  ])('rejects the link ?%s', async (query) => {
    const { status, headers } = await shop.send('GET', `/mailbox/link?${query}`);
    expect([status, headers['content-type']]).toEqual([400, expect.stringContaining('application/json')]);
  });

  it('allows in its pages only what they need', async () => {
    const policyOf = async (path: string) => (await shop.send('GET', path)).headers['content-security-policy'];
    const common = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'";
    expect(await policyOf('/mailbox')).toBe(
      `${common}; form-action 'self'; style-src 'self' 'unsafe-inline'; img-src data:`,
    );
    expect(await policyOf('/mailbox/link?for=opt-in&token=x')).toBe(
      `${common}; form-action 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:`,
    );
  });

  it.each([
    ['plain', 'https://img.example/a;b/logo.png', 'data: https://img.example'],
    // A semicolon in a host would begin another directive.
    ['hostile', 'https://img.example;script-src/logo.png', 'data:'],
  ])('allows the logo of the shop in a mail, if its URL is %s', async (tenant, logoUrl, sources) => {
    await shop.addTenant(tenant, { activation: 'email', brand: { logoUrl } });
    const { email, password } = shop.person();
    await (await shop.visitor(tenant)).post('/signup', 201, { email, password });
    const { headers } = await shop.send('GET', `/mailbox?to=${email}`);
    expect(String(headers['content-security-policy']).split('; img-src ')[1]).toBe(sources);
  });

  it('does not exist in production', async () => {
    const databaseUrl = await newShopDatabase();
    const production = await Shop.open({}, { databaseUrl, mode: 'production', smtpUrl: 'smtp://127.0.0.1:9' });
    try {
      const pages = ['/mailbox', '/mailbox/link?for=opt-in&token=x', '/mailbox/link.js', '/mailbox/mailbox.css'];
      for (const path of [...pages, '/mailbox/messages', '/mailbox/messages?to=ada@example.com']) {
        expect((await production.send('GET', path)).status).toBe(404);
      }
    } finally {
      await production.app.close();
      await dropDatabase(databaseUrl);
    }
  });
});
