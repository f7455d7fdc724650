import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { Config } from '../../src/config/config.js';
import type { Role } from '../../src/employee/employee.entity.js';
import type { StoredSettings } from '../../src/tenants/tenant-settings.js';
import { launchBrowser } from './browser.js';
import { Shop } from './shop.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The page of a running service in a browser. */
export class Backoffice {
  /** Errors in the console, violations of the content security policy, and requests to other origins. */
  problems: string[] = [];

  private constructor(
    readonly shop: Shop,
    readonly url: string,
    private readonly browser: Browser,
  ) {}

  static async open(settings: StoredSettings = {}, config: Partial<Config> = {}): Promise<Backoffice> {
    const shop = await Shop.open(settings, config);
    await shop.app.listen(0, '127.0.0.1');
    const { port } = shop.app.getHttpServer().address() as AddressInfo;
    return new Backoffice(shop, `http://127.0.0.1:${port}/backoffice/${shop.tenant}`, await launchBrowser());
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.shop.close();
  }

  /** A new browser session with the page, on which nobody has logged in. */
  async newPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      ...options,
    });
    this.watch(context);
    return context.newPage();
  }

  /** Logs a new employee in, and opens a view. */
  async logIn(role: Role, path = '/waiting', page?: Page): Promise<Page> {
    const { email, password } = await this.shop.createEmployee(role);
    const current = page ?? (await this.newPage());
    await current.goto(`${this.url}${path}`);
    await fillIn(current, email, password);
    await current.getByRole('navigation', { name: 'Views' }).waitFor();
    return current;
  }

  private watch(context: BrowserContext): void {
    const { origin } = new URL(this.url);
    context.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(`${message.text()} ${message.location().url}`);
    });
    context.on('weberror', (error) => this.problems.push(error.error().message));
    context.on('dialog', (dialog) => {
      this.problems.push(`a script opened a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    context.on('request', (request) => {
      if (!request.url().startsWith(origin) && !request.url().startsWith('blob:')) this.problems.push(request.url());
    });
  }
}

/** Sends the form of the login. */
export async function fillIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
}

/** The violations that axe finds on a page, with the elements. */
export async function axeViolations(page: Page): Promise<string[]> {
  return page.evaluate(
    `${AXE}; axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`,
  );
}

/** The number of pixels that a page is wider than the window. */
export async function sidewaysScrolling(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
