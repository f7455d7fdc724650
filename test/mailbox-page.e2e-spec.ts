import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EntityManager } from '@mikro-orm/postgresql';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { provisionDemo } from '../src/demo/demo.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import type { SettingsPatch } from '../src/tenants/tenant-settings.js';
import { TenantsService } from '../src/tenants/tenants.service.js';
import { launchBrowser } from './support/browser.js';
import { type ApiClient, Shop } from './support/shop.js';

const TENANT = 'demo';

describe("the mailbox's pages in a browser", () => {
  let shop: Shop;
  let home: string;
  let url: string;
  let browser: Browser;
  let context: BrowserContext;
  /** Errors and policy violations in the console, and requests to other hosts or with a Referer. */
  let problems: string[];

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'foyer-story-'));
    shop = await Shop.open({}, { stores: [{ code: 'DEMO', tenant: TENANT }] });
    await shop.app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(shop.app.getHttpServer().address() as AddressInfo).port}`;
    const secrets = { signingKeys: [], secret: '', serviceClientSecret: 'a secret of the demo' };
    await provisionDemo(shop.app, { ...shop.config, publicUrl: url }, secrets, home);
    await changeSettings({ activation: 'email' });
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await shop.close();
    rmSync(home, { recursive: true, force: true });
  });

  beforeEach(async () => {
    problems = [];
    context = await browser.newContext();
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(message.text());
    });
    context.on('weberror', (error) => problems.push(error.error().message));
    context.on('request', (request) => {
      const isOwn = request.url().startsWith(url) || request.url().startsWith('data:');
      if (!isOwn || request.headers().referer) problems.push(`${request.url()} ${request.headers().referer ?? ''}`);
    });
  });
  afterEach(() => context.close());

  const changeSettings = (patch: SettingsPatch) => {
    const tenants = shop.app.get(TenantsService);
    return RequestScope.run(shop.app.get(EntityManager), async () => {
      await tenants.enter(TENANT);
      await tenants.change(patch);
    });
  };

  /** A visitor of the demo and the address of a customer who has just signed up. */
  const signUp = async (firstName = 'Dora'): Promise<{ visitor: ApiClient; email: string }> => {
    const visitor = await shop.visitor(TENANT);
    const { email, password } = shop.person();
    await visitor.post('/signup', 201, { email, password, customerDetails: { firstName } });
    return { visitor, email };
  };
  const confirm = async (email: string) => {
    const { token } = await shop.mailTo(email, 'opt-in');
    await (await shop.visitor(TENANT)).get(`/signup/optin/${token}`);
  };

  const openMailbox = async (email: string): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(`${url}/mailbox`);
    await page.getByLabel('Recipient').fill(email);
    await page.getByRole('button', { name: 'Show' }).click();
    await page.waitForURL(/[?]to=/);
    return page;
  };
  /** Follows the link in the HTML of the newest mail to an address. */
  const follow = async (email: string): Promise<Page> => {
    const page = await openMailbox(email);
    const [linked] = await Promise.all([
      context.waitForEvent('page'),
      page.locator('iframe').first().contentFrame().getByRole('link').click(),
    ]);
    await linked.waitForLoadState();
    return linked;
  };
  const outcomeOf = async (page: Page, action: string): Promise<string> => {
    await page.getByRole('button', { name: action }).click();
    await page.locator('[data-state=succeeded], [data-state=failed]').waitFor();
    return page.getByRole('status').innerText();
  };

  it('confirm a sign-up with one click on the page of the link in the mail', async () => {
    const { visitor, email } = await signUp();
    const page = await follow(email);
    expect(new URL(page.url()).searchParams.get('tenant')).toBe(TENANT);
    expect(await outcomeOf(page, 'Confirm the sign-up')).toMatch(/^The e-mail address is confirmed/);
    const responses = await page.locator('[data-api=emporix] .response').allInnerTexts();
    expect(responses).toEqual([expect.stringMatching(/^200 OK/), expect.stringContaining('"access_token"')]);
    await visitor.post('/login', 200, { email, password: 'old secret words' });
    expect(problems).toEqual([]);
  });

  it.each(['Emporix API', 'Glue API'])(
    'set a password through the %s, with which the customer logs in',
    async (api) => {
      const { visitor, email } = await signUp();
      await confirm(email);
      await visitor.post('/password/reset', 204, { email });
      const page = await follow(email);
      await page.getByLabel(api).check();
      const password = await page.getByLabel('New password').inputValue();
      expect(await outcomeOf(page, 'Set the password')).toBe('The password is set. Log in with it.');
      expect(await page.locator('.response:visible').last().innerText()).toBe('204 No Content');
      await visitor.post('/login', 200, { email, password });
      expect(problems).toEqual([]);
    },
  );

  it('accept a password with quotes and backslashes', async () => {
    const { visitor, email } = await signUp();
    await confirm(email);
    await visitor.post('/password/reset', 204, { email });
    const page = await follow(email);
    const password = 'a "quoted" $& \\ {password}';
    await page.getByLabel('New password').fill(password);
    expect(await outcomeOf(page, 'Set the password')).toBe('The password is set. Log in with it.');
    await visitor.post('/login', 200, { email, password });
  });

  it('show the error that the API returns', async () => {
    const { email } = await signUp();
    const page = await follow(email);
    await confirm(email);
    const message = 'The token is invalid, expired or already used.';
    expect(await outcomeOf(page, 'Confirm the sign-up')).toBe(`400 Bad Request: ${message}`);
    expect(await page.locator('.response').nth(1).innerText()).toContain(`"message": "${message}"`);
  });

  it('copy the token', async () => {
    const { email } = await signUp();
    const page = await follow(email);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy the token' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const { token } = await shop.mailTo(email, 'opt-in');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(token);
  });

  it('show HTML or text, with sender and language', async () => {
    const { email } = await signUp();
    const page = await openMailbox(email);
    const mail = page.locator('details[open]');
    expect(await mail.locator('dd').allInnerTexts()).toEqual([
      'Foyer <no-reply@foyer.invalid>',
      email,
      'opt-in',
      'English (en)',
    ]);
    const [frame, text] = [mail.locator('iframe'), mail.locator('.text')];
    expect([await frame.isVisible(), await text.isVisible()]).toEqual([true, false]);
    await mail.getByLabel('Text').check();
    expect([await frame.isVisible(), await text.isVisible()]).toEqual([false, true]);
    expect(await text.getByRole('link').getAttribute('href')).toContain(`${url}/mailbox/link?for=opt-in&tenant=demo`);
    expect(problems).toEqual([]);
  });

  it('run nothing that a name, a sender, a shop or an address contains', async () => {
    const attack = `"'></title></style></pre></iframe><img src=x onerror=document.title='attacked'><script>document.title='attacked'</script>`;
    await changeSettings({ brand: { name: attack.slice(0, 100), footer: attack.slice(0, 100) } });
    try {
      const { email } = await signUp(attack.slice(0, 60));
      const page = await openMailbox(email);
      await page.locator('iframe').contentFrame().getByRole('link').waitFor();
      await page.goto(`${url}/mailbox?to=${encodeURIComponent(attack)}`);
      expect(await page.getByLabel('Recipient').inputValue()).toBe(attack);
      expect(await page.title()).toBe('Mailbox – Foyer');
      expect(await page.locator('script, img').count()).toBe(0);
      expect(problems).toEqual([]);
    } finally {
      await changeSettings({ brand: null });
    }
  });

  it('run no script in the HTML of a mail', async () => {
    const { email } = await signUp();
    const page = await openMailbox(email);
    const frame = page.locator('iframe');
    const script = `<script>top.document.title = 'attacked'; document.body.textContent = 'attacked'</script>`;
    const source = JSON.stringify(`<p>a mail</p>${script}`);
    await page.evaluate(`document.querySelector('iframe').srcdoc = ${source}`);
    await frame.contentFrame().getByText('a mail').waitFor();
    expect(await page.title()).toBe('Mailbox – Foyer');
    expect(problems.join()).toMatch(/Blocked script execution|Content Security Policy/);
  });

  it.each([1280, 320])('fit a window that is %d pixels wide', async (width) => {
    const { email } = await signUp();
    for (const page of [await openMailbox(email), await follow(email)]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    }
  });
});
