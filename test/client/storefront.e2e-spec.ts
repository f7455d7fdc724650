import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { axeViolations, sidewaysScrolling } from '../support/backoffice.js';
import { launchBrowser } from '../support/browser.js';
import { freePort } from '../../src/common/free-port.js';
import { Shop } from '../support/shop.js';
import { waitUntil } from '../support/wait-until.js';

const NAME = '<img src=x onerror=alert(1)>';

describe('the example storefront', () => {
  let shop: Shop;
  let url: string;
  let server: ChildProcess;
  let browser: Browser;
  /** Errors of scripts, and violations of the content security policy. */
  const problems: string[] = [];

  beforeAll(async () => {
    const port = await freePort();
    url = `http://localhost:${port}`;
    const links = { passwordReset: `${url}/password/reset?token=` };
    shop = await Shop.open({ links, corsOrigins: [url] });
    await shop.app.listen(0, '127.0.0.1');
    const env = {
      ...process.env,
      FOYER_URL: `http://127.0.0.1:${(shop.app.getHttpServer().address() as AddressInfo).port}/`,
      FOYER_TENANT: 'shop',
      FOYER_CLIENT: 'shop-storefront',
    };
    // A group of its own, because npm does not pass every signal on.
    const command = ['run', '--silent', 'storefront', '--', '--port', String(port)];
    server = spawn('npm', command, { env, detached: true, stdio: ['ignore', 'ignore', 'inherit'] });
    browser = await launchBrowser();
    const responds = () =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      );
    await waitUntil('the storefront responds', responds, { seconds: 60, every: 200 });
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    const ended = once(server, 'exit');
    if (server.pid) process.kill(-server.pid);
    await ended;
    await shop.close();
  });
  afterEach(() => expect(problems.splice(0)).toEqual([]));

  const open = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 900, height: 760 }, ...options });
    context.on('weberror', (error) => problems.push(error.error().message));
    context.on('dialog', (dialog) => {
      problems.push(dialog.message());
      void dialog.dismiss();
    });
    context.on('console', (message) => {
      if (message.text().includes('Security Policy')) problems.push(message.text());
    });
    const page = await context.newPage();
    await page.goto(url + path);
    return page;
  };

  const fill = async (page: Page, values: Record<string, string>, button: string): Promise<void> => {
    for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByRole('main').getByRole('button', { name: button, exact: true }).click();
  };
  const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
  const logIn = (page: Page, email: string, password: string) =>
    fill(page, { 'E-mail': email, Password: password }, 'Log in');

  it('leads a customer from the sign-up to the logout', async () => {
    const [email, password] = ['nora@example.com', 'first secret words'];
    const page = await open('/');
    await page.getByRole('link', { name: 'Create an account' }).click();
    await fill(
      page,
      { 'First name': NAME, 'Last name': 'Jones', 'E-mail': 'nora@', Password: 'short' },
      'Create account',
    );
    // The browser rejects the address.
    await fill(page, { 'E-mail': email, Password: 'short' }, 'Create account');
    await page.getByText(/^Password must have 6 to 128 characters/).waitFor();
    expect(await page.getByLabel('Password').getAttribute('aria-invalid')).toBe('true');
    await fill(page, { Password: password }, 'Create account');
    await page.getByText('Your account must be activated.').waitFor();
    await page.getByText(`We have sent an e-mail to ${email}`).waitFor();

    await page.getByRole('main').getByRole('link', { name: 'Log in' }).click();
    await logIn(page, email, password);
    await page.getByRole('alert').getByText('the account is not active').waitFor();
    const employee = await shop.serviceClient();
    const [customer] = await employee.get<{ id: string }[]>('/customers');
    await shop.activate(customer?.id ?? '');
    await logIn(page, email, password);
    // A name is a text, even if it is HTML.
    await title(page, `Hello ${NAME}`);

    await fill(page, { 'First name': 'Nora', Phone: '+49 30 1234' }, 'Save');
    await title(page, 'Hello Nora');
    await page.getByRole('status').getByText('Your profile has been saved.').waitFor();
    await page.reload();
    expect(await page.getByLabel('Phone').inputValue()).toBe('+49 30 1234');

    await page.getByRole('link', { name: 'Addresses' }).click();
    for (const city of ['Berlin', 'Hamburg']) {
      await fill(page, { Name: 'Nora Jones', Street: 'Hauptstr. 1', City: city }, 'Add address');
      await page.getByRole('listitem').filter({ hasText: city }).waitFor();
    }
    const card = (city: string) => page.getByRole('listitem').filter({ hasText: city });
    await card('Hamburg').getByRole('button', { name: 'Make default' }).click();
    await card('Hamburg').getByText('Default', { exact: true }).waitFor();
    await card('Berlin').getByRole('button', { name: 'Delete' }).click();
    await card('Berlin').waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('status').getByText('You are logged out.').waitFor();
    await page.goto(`${url}/addresses`);
    await title(page, 'Log in');
    await page.context().close();
  }, 90_000);

  it('sets a forgotten password with the link of the mail', async () => {
    const { email, id } = await shop.signUp();
    await shop.activate(id);
    const page = await open('/login');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await fill(page, { 'E-mail': email }, 'Send link');
    await title(page, 'Check your inbox');
    const { text } = await shop.mailTo(email, 'password-reset');
    await page.goto(/http\S+\/password\/reset\S+/.exec(text)?.[0] ?? '');
    const link = page.url();
    // A link that the mail program has cut.
    await page.goto(`${url}/password/reset`);
    await fill(page, { 'New password': 'second secret words' }, 'Set password');
    await page.getByRole('alert').getByText('invalid, expired or already used').waitFor();
    await page.goto(link);
    await fill(page, { 'New password': 'second secret words' }, 'Set password');
    await page.getByRole('status').getByText('Your new password has been set.').waitFor();
    await logIn(page, email, 'second secret words');
    await page.getByText(email).waitFor();
    await page.context().close();
  }, 60_000);

  const customerOn = async (page: Page) => {
    const customer = await shop.signUp();
    await shop.activate(customer.id);
    await logIn(page, customer.email, customer.password);
    await page.getByText(customer.email).waitFor();
    return customer;
  };
  const openAddresses = (page: Page) => page.getByRole('link', { name: 'Addresses' }).click();

  it.each<[string, (page: Page) => Promise<void>]>([
    ['a page', openAddresses],
    ['a form', (page) => fill(page, { Phone: '+49 30 1234' }, 'Save')],
  ])(
    'asks for a login when %s is requested in a session that has ended',
    async (_what, act) => {
      const page = await open('/login');
      const { id } = await customerOn(page);
      await (await shop.serviceClient()).delete(`/customers/${id}/sessions`);
      await act(page);
      await page.getByRole('status').getByText('Your session has ended.').waitFor();
      await title(page, 'Log in');
      await page.context().close();
    },
    60_000,
  );

  it('shows the page that was opened last, and leaves it with one step back', async () => {
    const page = await open('/login');
    await customerOn(page);
    let respond: (() => Promise<void>) | undefined;
    await page.route('**/me/addresses*', (route) => void (respond = () => route.continue()));
    await openAddresses(page);
    await waitUntil('the addresses are requested', () => respond !== undefined);
    await page.getByRole('link', { name: 'Profile' }).click();
    await waitUntil('the profile is open', async () => (await page.getAttribute('main', 'aria-busy')) === null);
    const responded = page.waitForResponse('**/me/addresses*');
    await respond?.();
    await (await responded).finished();
    await fill(page, { Phone: '+49 30 1234' }, 'Save');
    await page.getByRole('status').getByText('Your profile has been saved.').waitFor();
    await page.unroute('**/me/addresses*');
    await page.goBack();
    await title(page, 'Your addresses');
    await page.context().close();
  }, 60_000);

  it('logs out even if the service cannot be reached', async () => {
    const page = await open('/login');
    const { email } = await customerOn(page);
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('status').getByText('You are logged out.').waitFor();
    expect(await page.getByText(email).count()).toBe(0);
    await page.context().setOffline(false);
    await page.goto(url);
    await title(page, 'Log in');
    await page.context().close();
  }, 60_000);

  it('keeps the keyboard focus on the button after an error', async () => {
    const page = await open('/login');
    await page.getByLabel('E-mail').fill('unknown@example.com');
    await page.getByLabel('Password').fill('a wrong password');
    const button = page.getByRole('main').getByRole('button', { name: 'Log in' });
    await button.press('Enter');
    await page.getByRole('alert').getByText('is not valid').waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Log in');
    await page.context().close();
  }, 60_000);

  it.each(['light', 'dark'] as const)(
    'is accessible, and fits on a phone: %s',
    async (colorScheme) => {
      const page = await open('/login', { colorScheme, viewport: { width: 360, height: 700 } });
      const check = async (path: string) => {
        await page.goto(url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        expect([path, await axeViolations(page), await sidewaysScrolling(page)]).toEqual([path, [], 0]);
      };
      for (const path of [
        '/signup',
        '/waiting?email=a@example.com',
        '/password/forgot',
        '/password/reset?token=x',
        '/login',
      ]) {
        await check(path);
      }
      await customerOn(page);
      await fill(page, { 'First name': 'W'.repeat(60) }, 'Save');
      await title(page, 'Hello W');
      for (const path of ['/', '/addresses', '/unknown']) await check(path);
      await page.context().close();
    },
    90_000,
  );
});
