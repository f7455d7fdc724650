import type { Page } from 'playwright-core';
import { Backoffice, fillIn } from '../support/backoffice.js';
import type { Shop } from '../support/shop.js';
import { waitUntil } from '../support/wait-until.js';

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

const hasFocus = async (page: Page, name: string) => (await row(page, name).and(page.locator(':focus')).count()) > 0;

describe('the back office', () => {
  let office: Backoffice;
  let shop: Shop;
  beforeAll(async () => {
    office = await Backoffice.open();
    ({ shop } = office);
  }, 120_000);
  afterAll(() => office.close());
  afterEach(() => {
    const { problems } = office;
    office.problems = [];
    expect(problems).toEqual([]);
  });

  const signUp = (firstName: string, details: object = {}) =>
    shop.signUp({ customerDetails: { firstName, lastName: 'Newcomer', ...details } });

  it('shows a sign-up without reloading, and activates it with the keyboard alone', async () => {
    await signUp('Early');
    const page = await office.logIn('support');
    await row(page, 'Early').waitFor();
    const customer = await signUp('Keyboard');
    await row(page, 'Keyboard').waitFor({ timeout: 15_000 });

    for (let tabs = 0; tabs < 30 && !(await hasFocus(page, 'Early')); tabs++) await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('a');
    await row(page, 'Keyboard').waitFor({ state: 'detached' });
    await page.getByText('Keyboard Newcomer is activated.').waitFor();
    // The keyboard continues in the list.
    expect(await hasFocus(page, 'Early')).toBe(true);

    await shop.logIn(customer);
    await page.goto(`${office.url}/customers/${customer.id}?view=timeline`);
    await page.getByText('Activated.').waitFor();
    await page.context().close();
  }, 60_000);

  it('ignores single keys outside of a row', async () => {
    await signUp('Untouched');
    const page = await office.logIn('support');
    await row(page, 'Untouched').waitFor();
    await page.getByRole('searchbox').focus();
    await page.keyboard.press('a');
    await page.getByRole('searchbox').fill('');
    await row(page, 'Untouched').getByRole('link').focus();
    await page.keyboard.press('a');
    await page.keyboard.press('d');
    expect(await row(page, 'Untouched').count()).toBe(1);
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.context().close();
  }, 60_000);

  it('hides a row before the response, and returns it with the reason if the activation fails', async () => {
    const { id: customerNumber } = await signUp('Failing');
    const page = await office.logIn('support');
    let respond: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (respond = resolve));
    await page.route('**/admin/*/activations', async (route) => {
      await held;
      const json = [{ customerNumber, code: 503, message: 'The server is busy. Try again later.' }];
      await route.fulfill({ status: 207, json });
    });
    await row(page, 'Failing').getByRole('button', { name: 'Activate' }).click();
    await row(page, 'Failing').waitFor({ state: 'detached' });
    respond();
    await row(page, 'Failing').getByText('The server is busy. Try again later.').waitFor();
    await page.context().close();
  }, 60_000);

  it('declines several customers with a reason', async () => {
    const customers = [await signUp('Spam'), await signUp('Spammer')];
    const page = await office.logIn('support');
    await page.getByLabel('Search waiting customers').fill('spam');
    await page.getByText('Early').waitFor({ state: 'detached' });
    await row(page, 'Spam Newcomer').focus();
    await page.keyboard.press(' ');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press(' ');
    await page.getByText('2 customers selected').waitFor();
    await page.getByRole('button', { name: 'Decline', exact: true }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('Invented addresses');
    await page.getByRole('dialog').getByRole('button', { name: 'Decline' }).click();
    await row(page, 'Spammer').waitFor({ state: 'detached' });
    const service = await shop.serviceClient();
    for (const { id } of customers) {
      await waitUntil('the customer is declined', async () => {
        const { standing } = await service.get<{ standing: string }>(`/customers/${id}`);
        return standing === 'declined';
      });
      const [entry] = await service.get<object[]>(`/customers/${id}/history`);
      expect(entry).toMatchObject({ action: 'customer_declined', changes: { reason: 'Invented addresses' } });
    }
    await page.context().close();
  }, 60_000);

  it('says whether a company existed before the sign-up', async () => {
    const company = { company: 'Acme', b2b: { companyRegistrationId: 'HRB 4711' } };
    await signUp('Founder', company);
    shop.advanceClock(60);
    await signUp('Colleague', company);
    const page = await office.logIn('support');
    await row(page, 'Founder').getByText('not known', { exact: true }).waitFor();
    await row(page, 'Colleague').getByText('known', { exact: true }).waitFor();
    await page.context().close();
  }, 60_000);

  it('shows the difference instead of overwriting a newer version', async () => {
    const { id } = await signUp('Stale');
    const page = await office.logIn('support', `/customers/${id}`);
    await page.getByLabel('First name').fill('Mine');
    await (await shop.serviceClient()).patch(`/customers/${id}`, 200, { lastName: 'Theirs' });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Another person has changed this customer').waitFor();
    await row(page, 'Last name').getByText('Theirs').waitFor();
    const saved = await (await shop.serviceClient()).get<{ firstName: string }>(`/customers/${id}`);
    expect(saved.firstName).toBe('Stale');

    await page.getByRole('button', { name: 'Save your changes anyway' }).click();
    await page.getByRole('heading', { name: 'Mine Theirs' }).waitFor();
    await page.context().close();
    // The rejected request is an error in the console.
    office.problems = office.problems.filter((problem) => !problem.includes('409'));
  }, 60_000);

  it('puts a customer on hold with a reason, and shows it in words', async () => {
    const { id } = await signUp('Held');
    await shop.activate(id);
    const page = await office.logIn('support', `/customers/${id}`);
    await page.getByRole('button', { name: 'Put on hold' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('Payment fraud');
    await dialog.getByText('Show API call').click();
    await dialog.getByText(`curl -X PATCH '${new URL(office.url).origin}/customer/shop/customers/${id}'`).waitFor();
    await dialog.getByRole('button', { name: 'Put on hold' }).click();
    await page.getByText(/^On hold since \d+ \w+ \d+, set by /).waitFor();
    await page.getByRole('button', { name: 'Release' }).waitFor();
    await page.context().close();
  }, 60_000);

  it('shows a viewer no control that the role does not permit', async () => {
    const { id } = await signUp('Visible');
    const page = await office.logIn('viewer');
    await row(page, 'Visible').waitFor();
    expect(await page.getByRole('button', { name: /Activate|Decline/ }).count()).toBe(0);
    expect(await page.getByRole('link', { name: /Employees|Clients|Settings/ }).count()).toBe(0);
    await row(page, 'Visible').focus();
    await page.keyboard.press('a');
    expect(await row(page, 'Visible').count()).toBe(1);
    await page.goto(`${office.url}/customers/${id}`);
    await page.getByRole('heading', { name: 'Profile' }).waitFor();
    expect(await page.getByRole('button', { name: /Activate|Decline|Erase|Save|Put on hold|Export/ }).count()).toBe(0);
    expect(await page.getByLabel('First name').isDisabled()).toBe(true);
    await page.context().close();
  }, 60_000);

  it('ends an idle session, and returns to the same place after the login', async () => {
    const { email, password } = await shop.createEmployee('viewer');
    const page = await office.newPage();
    await page.clock.install();
    await page.goto(`${office.url}/customers?search=nobody`);
    await fillIn(page, email, password);
    await page.getByText('Nothing matches your search.').waitFor();
    await page.clock.fastForward('29:00');
    await page.keyboard.press('Shift');
    await page.clock.fastForward('29:00');
    expect(await page.getByText('Nothing matches your search.').count()).toBe(1);
    await page.clock.fastForward('02:00');
    await page.getByText('You were logged out after 30 minutes without activity.').waitFor();
    expect(await page.evaluate('Object.values(sessionStorage).join()')).not.toContain('ey');
    await fillIn(page, email, password);
    await page.getByText('Nothing matches your search.').waitFor();
    expect(new URL(page.url()).search).toBe('?search=nobody');
    await page.context().close();
  }, 60_000);

  it('refreshes the tokens once for concurrent requests, and sends them again', async () => {
    const tokens = [await shop.employee('viewer'), await shop.employee('viewer')].map(({ token }) => token);
    const page = await office.newPage();
    const grants: (string | null)[] = [];
    await page.route('**/oauth/token', async (route) => {
      const form = new URLSearchParams(route.request().postData() ?? '');
      grants.push(form.get('grant_type'));
      const json = {
        access_token: tokens[grants.length - 1],
        refresh_token: 'a token',
        scope: 'customer.customer_read',
      };
      await route.fulfill({ json });
    });
    let expired = 2;
    await page.route('**/customers?*', (route) => (expired-- > 0 ? route.fulfill({ status: 401 }) : route.fallback()));
    await page.goto(office.url);
    await fillIn(page, 'employee@example.com', 'any password');
    await page.getByRole('heading', { name: /^Waiting \d/ }).waitFor();
    expect(expired).toBeLessThanOrEqual(0);
    expect(grants).toEqual(['password', 'refresh_token']);
    await page.context().close();
    // Each of the two rejected requests is an error in the console.
    office.problems = office.problems.filter((problem) => !problem.includes('401'));
  }, 60_000);

  it('reports a wrong password, and sets no cookie', async () => {
    const { email } = await shop.createEmployee('viewer');
    const page = await office.newPage();
    await page.goto(office.url);
    await fillIn(page, email, 'a wrong password');
    await page.getByText('The e-mail or the password is wrong.').waitFor();
    expect(await page.context().cookies()).toEqual([]);
    await page.context().close();
    // The rejected login is an error in the console.
    office.problems = office.problems.filter((problem) => !problem.includes('/oauth/token'));
  }, 60_000);

  it('shows markup of outsiders as text', async () => {
    const attack = '<img src=x onerror=alert(1)>';
    const { id, email, password } = await signUp(attack, {
      ...{ lastName: '<script>alert(2)</script>', company: `"><svg onload=alert(3)>`, contactPhone: attack },
    });
    const page = await office.logIn('admin');
    const expectText = async (path: string) => {
      await page.goto(`${office.url}${path}`);
      await page.getByText(attack).first().waitFor();
      expect(await page.locator('#page').locator('img, svg, script, iframe').count()).toBe(0);
    };
    await expectText('/waiting');
    await shop.activate(id);
    const customer = await shop.logIn({ id, email, password });
    await customer.post('/me/addresses', 201, { contactName: attack, street: attack, city: attack, country: 'DE' });
    await (await shop.serviceClient()).post(`/customers/${id}/notes`, 201, { text: attack });
    for (const path of ['/customers', `/customers/${id}`, `/customers/${id}?view=security`]) await expectText(path);
    await page.context().close();
  }, 60_000);

  it('downloads the customers of the search, and makes formulas harmless', async () => {
    await signUp('=HYPERLINK("http://evil.example")', { lastName: 'Formula' });
    const page = await office.logIn('viewer', '/customers?search=Formula');
    await page.getByRole('cell', { name: /Formula/ }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download CSV' }).click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const lines = Buffer.concat(chunks).toString().trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(`"'=HYPERLINK(""http://evil.example"")","Formula"`);
    await page.context().close();
  }, 60_000);
});
