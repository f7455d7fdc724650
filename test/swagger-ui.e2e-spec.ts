import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Config } from '../src/config/config.js';
import { provisionDemo } from '../src/demo/demo.js';
import { demoCredentials } from '../src/demo/demo-credentials.js';
import { axeViolations, sidewaysScrolling } from './support/backoffice.js';
import { launchBrowser } from './support/browser.js';
import { Shop } from './support/shop.js';
import { waitUntil } from './support/wait-until.js';

const SECRET = 'a secret of the demo';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(() => browser.close());

/** The pages of a running service in a browser. */
class Pages {
  /** Errors and policy violations in the console, and requests to other hosts. */
  problems: string[] = [];
  private tab?: Page;

  private constructor(
    readonly shop: Shop,
    readonly url: string,
    private readonly home: string,
  ) {}

  static async open(config: Partial<Config>): Promise<Pages> {
    const isDemo = config.mode === 'demo';
    const shop = await Shop.open({ activation: 'none' }, config, isDemo ? demoCredentials(SECRET) : undefined);
    await shop.app.listen(0, '127.0.0.1');
    const url = `http://127.0.0.1:${(shop.app.getHttpServer().address() as AddressInfo).port}`;
    const home = mkdtempSync(join(tmpdir(), 'foyer-story-'));
    const secrets = { signingKeys: [], secret: '', serviceClientSecret: SECRET };
    if (isDemo) await provisionDemo(shop.app, { ...shop.config, publicUrl: url }, secrets, home);
    return new Pages(shop, url, home);
  }

  async close(): Promise<void> {
    await this.tab?.context().close();
    await this.shop.close();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Loads a path in a tab that tests share. The pages store nothing, so a load removes all state. */
  async visit(path: string): Promise<Page> {
    this.tab ??= await this.newTab();
    // A URL that differs only in its fragment would load nothing.
    await this.tab.goto('about:blank');
    return this.load(path, this.tab);
  }

  async load(path: string, tab: Page): Promise<Page> {
    this.problems = [];
    await tab.goto(`${this.url}${path}`);
    if (path.startsWith('/docs')) await tab.locator('.opblock-tag').first().waitFor();
    return tab;
  }

  /** Opens a tab with cookies and storage of its own. */
  async newTab(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    context.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text());
    });
    context.on('weberror', (error) => this.problems.push(error.error().message));
    context.on('request', (request) => {
      if (!request.url().startsWith(this.url) && !request.url().startsWith('data:')) this.problems.push(request.url());
    });
    return context.newPage();
  }
}

/** The security schemes of the document that are authorised. */
const authorised = async (page: Page): Promise<string[]> =>
  page.evaluate(`[...(ui.authSelectors.authorized()?.keys() ?? [])].sort()`);

/** The number of cookies and of entries that the page has stored in the browser. */
const stored = async (page: Page): Promise<number[]> => [
  (await page.context().cookies()).length,
  ...(await page.evaluate<number[]>('[localStorage.length, sessionStorage.length]')),
];

const outcome = (page: Page) => page.locator('#callers').getByRole('status');

const expectFocus = async (page: Page, text: string): Promise<void> => {
  await waitUntil('the focus is set', async () => (await page.evaluate('document.activeElement.textContent')) === text);
};

/** Sends the request of the open operation. @returns its URL, and the response that Swagger UI shows */
const execute = async (page: Page): Promise<{ url: string; response: string }> => {
  await page.getByRole('button', { name: 'Execute', exact: true }).click();
  const response = page.locator('.live-responses-table .response').first();
  await response.waitFor();
  return { url: await page.locator('.request-url pre').innerText(), response: await response.innerText() };
};

describe('Swagger UI in the demo', () => {
  let pages: Pages;
  beforeAll(async () => {
    pages = await Pages.open({ mode: 'demo', stores: [{ code: 'DEMO', tenant: 'demo' }] });
  }, 120_000);
  afterAll(() => pages.close());

  it('takes two clicks from the page to a 200 of GET /me', async () => {
    const page = await pages.visit('/docs');
    await page.getByRole('button', { name: 'customer Ada', exact: true }).click();
    const { url, response } = await execute(page);
    expect(new URL(url).pathname).toBe('/customer/demo/me');
    expect(response).toMatch(/^200/);
    expect(response).toContain('"contactEmail": "ada@demo.example"');
    expect(await outcome(page).innerText()).toBe('Requests are sent as customer ada@demo.example.');
    expect(await stored(page)).toEqual([0, 0, 0]);
    expect(pages.problems).toEqual([]);
  }, 60_000);

  it.each([
    ['/docs', 'visitor', ['AnonymousAccessToken'], '/session-context/demo/me/context'],
    ['/docs', 'employee', ['OAuth2'], '/admin/demo/me'],
    ['/docs', 'service', ['OAuth2'], '/admin/demo/clients'],
    ['/docs/glue', 'visitor', [], '/customer-access'],
    ['/docs/glue', 'customer Ada', ['CustomerAccessToken'], '/customers'],
    ['/docs/glue', 'employee', ['OAuth2'], '/agent-customer-search'],
  ])(
    'in %s, sends requests as %s after one click',
    async (path, caller, schemes, first) => {
      const page = await pages.visit(path);
      await page.getByRole('button', { name: caller, exact: true }).click();
      const { url, response } = await execute(page);
      expect(new URL(url).pathname).toBe(first);
      expect(response).toMatch(/^200/);
      expect(await authorised(page)).toEqual(schemes);
      expect(await page.locator('#callers [aria-current]').allInnerTexts()).toEqual([caller]);
      expect(pages.problems).toEqual([]);
    },
    60_000,
  );

  it('replaces the caller, and leaves the operation open that the reader has opened', async () => {
    const page = await pages.visit('/docs/glue#/customers/createCustomer');
    await page.getByRole('button', { name: 'Execute', exact: true }).waitFor();
    for (const caller of ['employee', 'service', 'customer Ada', 'visitor']) {
      await page.getByRole('button', { name: caller, exact: true }).click();
      await outcome(page)
        .getByText(`as ${caller.split(' ')[0]}`)
        .waitFor();
      expect(await authorised(page)).toHaveLength(caller === 'visitor' ? 0 : 1);
    }
    expect(new URL(page.url()).hash).toBe('#/customers/createCustomer');
  }, 60_000);

  it('leaves the keyboard focus on the caller that was selected', async () => {
    const page = await pages.visit('/docs');
    await page.getByRole('button', { name: 'customer Ada', exact: true }).press('Enter');
    await outcome(page).getByText('as customer').waitFor();
    await expectFocus(page, 'customer Ada');
  }, 60_000);

  it.each([
    ['token', '**/customer/demo/login', 'The service did not respond.'],
    ['document', '**/docs/json', 'The document is not loaded. Reload the page.'],
  ])(
    'limits the wait for a %s',
    async (what, url, message) => {
      const page = await pages.newTab();
      await page.route(url, () => undefined);
      await page.clock.install();
      await page.goto(`${pages.url}/docs`);
      const customer = page.getByRole('button', { name: 'customer Ada', exact: true });
      const login = page.waitForRequest('**/customer/demo/login');
      await customer.click();
      if (what === 'document') await (await (await login).response())?.finished();
      // The response of this request arrives after those of the page.
      await page.evaluate(`fetch('/docs/assets/docs.css').then((response) => response.text())`);
      expect(await outcome(page).innerText()).toBe('Please wait…');
      await page.clock.runFor(31_000);
      await outcome(page).getByText(message).waitFor();
      await customer.click({ trial: true });
      await page.context().close();
    },
    60_000,
  );

  // 1280 × 1024 pixels with a zoom of 400 %.
  it('scrolls the bar with the document if the window is low', async () => {
    const page = await pages.load('/docs', await pages.newTab({ viewport: { width: 320, height: 256 } }));
    const bottom = async () => page.evaluate(`document.querySelector('.bar').getBoundingClientRect().bottom`);
    expect(await bottom()).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'customer Ada', exact: true }).click();
    await page.getByRole('button', { name: 'Execute', exact: true }).scrollIntoViewIfNeeded();
    expect(await bottom()).toBeLessThan(0);
    await page.context().close();
  }, 60_000);

  it('finds operations by path and summary', async () => {
    const page = await pages.visit('/docs');
    await page.getByPlaceholder('Find operations').fill('outbox');
    await page.locator('.opblock-tag').nth(1).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Expand operation' }).first().click();
    await page.locator('[data-path="/admin/{tenant}/outbox"]').waitFor();
    await page.locator('.operation-filter-input').fill('nothing has this name');
    await page.getByText('No operations defined in spec!').waitFor();
    expect(pages.problems).toEqual([]);
  }, 60_000);

  it('starts at /, with links and the credentials', async () => {
    const page = await pages.visit('/');
    const links = await page.getByRole('link').all();
    const paths = await Promise.all(links.map((link) => link.getAttribute('href')));
    expect(paths).toEqual(['/docs', '/docs/glue', '/backoffice', '/mailbox']);
    for (const path of paths.filter((link) => link !== '/backoffice')) {
      expect([path, (await pages.shop.send('GET', path ?? '')).status]).toEqual([path, 200]);
    }
    const text = await page.getByRole('main').innerText();
    for (const value of ['ada@demo.example', 'staff@demo.example', 'password123', 'demo-storefront', SECRET]) {
      expect(text).toContain(value);
    }
  });

  it.each(['light', 'dark'] as const)(
    'has accessible bars and start pages that fit 320 pixels (%s)',
    async (colorScheme) => {
      const page = await pages.newTab({ colorScheme, viewport: { width: 320, height: 640 } });
      for (const path of ['/', '/docs', '/docs/glue']) {
        await pages.load(path, page);
        // Swagger UI's own parts are not ours.
        await page.evaluate(`document.querySelector('#swagger-ui')?.replaceChildren()`);
        expect([path, await axeViolations(page)]).toEqual([path, []]);
        expect([path, await sidewaysScrolling(page)]).toEqual([path, 0]);
        expect([path, pages.problems]).toEqual([path, []]);
      }
      await page.context().close();
    },
    60_000,
  );
});

describe.each(['development', 'production'] as const)('Swagger UI in %s', (mode) => {
  let pages: Pages;
  beforeAll(async () => {
    pages = await Pages.open({ mode });
  }, 120_000);
  afterAll(() => pages.close());

  it('asks for client, e-mail and password, and stores nothing', async () => {
    const ada = await pages.shop.customer();
    const page = await pages.visit('/docs');
    await page.getByText('customer', { exact: true }).and(page.locator('summary')).click();
    const form = page.locator('details[open]');
    await form.getByLabel('Client id').fill('shop-storefront');
    await form.getByLabel('E-mail').fill(ada.email);
    await form.getByLabel('Password').fill('a wrong guess');
    await form.getByRole('button', { name: 'Get a token' }).click();
    await outcome(page)
      .getByText(/^40\d: \w/)
      .waitFor();
    expect(await authorised(page)).toEqual([]);
    await form.getByLabel('Password').fill(ada.password);
    await form.getByRole('button', { name: 'Get a token' }).click();
    await outcome(page).getByText('Requests are sent as').waitFor();
    await expectFocus(page, 'customer');
    const { url, response } = await execute(page);
    // The tenant is that of the client.
    expect(new URL(url).pathname).toBe('/customer/shop/me');
    expect(response).toMatch(/^200/);
    const inputs = await page.locator('#callers input').all();
    expect(await Promise.all(inputs.map((input) => input.inputValue()))).toEqual(
      expect.not.arrayContaining([ada.password, ada.email]),
    );
    expect(await stored(page)).toEqual([0, 0, 0]);
  }, 60_000);

  it('contains no credentials of the demo in its pages', async () => {
    const texts = await Promise.all(
      ['/', '/docs', '/docs/glue', '/docs/assets/docs.js'].map(
        async (path) => (await pages.shop.send('GET', path)).text,
      ),
    );
    expect(texts.join()).not.toMatch(/password123|demo\.example|demo-s/);
  });
});
