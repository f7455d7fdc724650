import type { Page } from 'playwright-core';
import { Backoffice, fillIn } from '../support/backoffice.js';
import type { Shop } from '../support/shop.js';
import { rows } from '../support/rows.js';
import { waitUntil } from '../support/wait-until.js';
import { staffActions } from '../support/timeline.js';

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
    await page.getByText('Logged in.').waitFor();
    await page.getByText('Signed up.').waitFor();
    await page.getByText('Mail: Notice of the activation.').waitFor();
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
      const [entry] = await staffActions(service, id);
      expect(entry).toMatchObject({ action: 'customer_declined', changes: { reason: 'Invented addresses' } });
    }
    await page.context().close();
  }, 60_000);

  it('activates the selection with one key, and only the focused row if it is not selected', async () => {
    for (const firstName of ['Selected One', 'Selected Two', 'Selected Three']) await signUp(firstName);
    const page = await office.logIn('support');
    await page.getByLabel('Search waiting customers').fill('selected');
    await page.getByText('Early').waitFor({ state: 'detached' });
    for (const name of ['One', 'Two']) {
      await row(page, `Selected ${name}`).focus();
      await page.keyboard.press(' ');
    }
    await row(page, 'Selected Three').focus();
    await page.keyboard.press('d');
    await page.getByRole('heading', { name: 'Decline Selected Three Newcomer?' }).waitFor();
    const closed = await page.locator('dialog').elementHandle();
    await page.keyboard.press('Escape');
    await row(page, 'Selected Two').focus();
    await page.keyboard.press('d');
    await page.getByRole('heading', { name: 'Decline 2 customers?' }).waitFor();
    // The browser fires this event in the next frame, which may be after the next dialog is opened.
    await closed?.dispatchEvent('close');
    expect(await page.getByRole('heading', { name: 'Decline 2 customers?' }).count()).toBe(1);
    await page.keyboard.press('Escape');
    await row(page, 'Selected Two').focus();
    await page.keyboard.press('a');
    await page.getByText('2 customers are activated.').waitFor();
    await row(page, 'Selected One').waitFor({ state: 'detached' });
    expect(await row(page, 'Selected Three').count()).toBe(1);
    await page.context().close();
  }, 60_000);

  it('says whether a change of the login e-mail has taken effect', async () => {
    const { id } = await signUp('Renamed');
    const page = await office.logIn('admin', `/customers/${id}`);
    const change = async (email: string, reason?: string) => {
      await page.getByRole('button', { name: 'Change the login e-mail' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('New login e-mail').fill(email);
      if (reason) await dialog.getByLabel('Reason').fill(reason);
      await dialog.getByRole('button', { name: 'Change the login e-mail' }).click();
    };
    await change('requested@example.com');
    await page.getByText('The login e-mail changes when the recipient opens the link.').waitFor();
    await change('renamed@example.com', 'Verified by telephone');
    await page.getByText('The login e-mail has been changed.').waitFor();
    await page.getByRole('definition').filter({ hasText: 'renamed@example.com' }).waitFor();
    await page.context().close();
  }, 60_000);

  it('finds the mails of a recipient, a customer and a kind', async () => {
    const [mina, ada] = [await signUp('Mina'), await signUp('Ada')];
    const page = await office.logIn('support', '/queue');
    const expectMailsTo = async (recipients: string[]) => {
      for (const { email } of [mina, ada])
        await row(page, email).waitFor({ state: recipients.includes(email) ? 'attached' : 'detached' });
    };
    const search = page.getByRole('searchbox', { name: 'E-mail or customer number' });
    await expectMailsTo([mina.email, ada.email]);
    await search.fill(mina.email.toUpperCase());
    await expectMailsTo([mina.email]);
    await search.fill(ada.id);
    await expectMailsTo([ada.email]);
    expect(new URL(page.url()).search).toBe(`?who=${ada.id}`);
    await page.getByLabel('Mail', { exact: true }).selectOption('Link for a new password');
    await page.getByText('No mails match your search.').waitFor();
    await page.getByRole('button', { name: 'Reset' }).click();
    await expectMailsTo([mina.email, ada.email]);
    await page.context().close();
  }, 60_000);

  it('shows more mails on request, and why they cannot be loaded', async () => {
    const { id, email } = await signUp('Paula');
    await rows(
      shop,
      `insert into outbox (tenant, id, kind, recipient, created_at, customer_id)
        select 'shop', gen_random_uuid(), 'activated', $1, now() - n * interval '1 minute', $2
        from generate_series(1, 60) n`,
      [email, id],
    );
    const page = await office.logIn('support', `/queue?who=${id}`);
    const expectMails = (count: number) =>
      row(page, email)
        .nth(count - 1)
        .waitFor();
    await expectMails(50);
    let busy = true;
    await page.route('**/outbox?*after=*', (route) => (busy ? route.fulfill({ status: 503 }) : route.fallback()));
    const more = page.getByRole('button', { name: 'Show more' });
    await more.click();
    await page.getByRole('alert').waitFor();
    busy = false;
    await more.click();
    await expectMails(61);
    await more.waitFor({ state: 'detached' });
    expect(await page.getByRole('alert').count()).toBe(0);
    // Other filters: the mails of the former ones are no longer shown.
    await page.getByLabel('Mail', { exact: true }).selectOption('Notice of the pending activation');
    await row(page, email).nth(1).waitFor({ state: 'detached' });
    await row(page, email).waitFor();
    office.problems = office.problems.filter((problem) => !problem.includes('503'));
    await page.context().close();
  }, 60_000);

  it('shows a mail as its reader sees it, and runs no script', async () => {
    const page = await office.logIn('admin', '/mails/welcome/en');
    const frame = page.frameLocator('iframe');
    await frame.getByText('Hello Ada,').waitFor();
    const paragraphs = page.getByLabel('Paragraphs, separated by an empty line');
    await paragraphs.fill('<script>alert(1)</script>\n\nDear {firstName}');
    await frame.getByText('<script>alert(1)</script>').waitFor();
    await frame.getByText('Dear Ada').waitFor();
    await page.getByText('For a customer who has not').waitFor();
    // Inline styles apply, and a link does not lead away.
    await frame.getByRole('link').click();
    const color = "getComputedStyle(document.querySelector('a').parentElement).backgroundColor";
    expect(await page.frames()[1]?.evaluate(color)).toBe('rgb(29, 78, 216)');
    await paragraphs.fill('Dear customer');
    await frame.getByText('Dear customer').waitFor();
    await page.getByText('For a customer who has not').waitFor({ state: 'detached' });
    await page.context().close();
  }, 60_000);

  it('explains the settings in German, and stores several lines', async () => {
    const page = await office.logIn('admin', '/account');
    await page.getByRole('button', { name: 'Deutsch' }).click();
    await page.getByRole('heading', { name: 'Mein Konto' }).waitFor();
    await page.goto(`${office.url}/settings`);
    await page.getByLabel('Strenger Modus').waitFor();
    await page.getByText('Schließt Sicherheitslücken').waitFor();
    await page.getByLabel('Fußzeile').fill('Acme GmbH\nBerlin');
    await page.getByRole('button', { name: 'Speichern' }).click();
    await page.getByText('Gespeichert.', { exact: true }).waitFor();
    await page.reload();
    await page.getByLabel('Fußzeile').waitFor();
    expect(await page.getByLabel('Fußzeile').inputValue()).toBe('Acme GmbH\nBerlin');
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
    await page.getByText('This customer was changed in the meantime').waitFor();
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

  it('names the employee who activated a customer in the timeline', async () => {
    const { id } = await signUp('Named');
    const { id: employeeId, email, password } = await shop.createEmployee('approver');
    await rows(shop, 'update employees set name = $1 where id = $2', ['Grace Hopper', employeeId]);
    const page = await office.newPage();
    await page.goto(`${office.url}/waiting`);
    await fillIn(page, email, password);
    await page.getByRole('button', { name: 'Activate: Named Newcomer' }).click();
    await page.getByText('Named Newcomer is activated.').waitFor();
    await page.goto(`${office.url}/customers/${id}?view=timeline`);
    const entry = page.getByRole('listitem').filter({ hasText: 'Activated.' });
    await entry.getByText('Grace Hopper').waitFor();
    await page.context().close();
  }, 60_000);

  it('lets an approver decide, and nothing else', async () => {
    const { id } = await signUp('Decided');
    const page = await office.logIn('approver');
    await row(page, 'Decided').getByRole('button', { name: 'Activate' }).waitFor();
    const views = page.getByRole('navigation', { name: 'Views' }).getByRole('link');
    expect((await views.allTextContents()).map((text) => text.replace(/\d+$/, ''))).toEqual(['Waiting', 'Customers']);

    await page.goto(`${office.url}/customers/${id}`);
    await page.getByRole('heading', { name: 'Profile' }).waitFor();
    const buttons = await page.locator('main button').allTextContents();
    expect(buttons).toEqual(['Activate', 'Decline']);
    expect(await page.getByLabel('First name').isDisabled()).toBe(true);
    const tabs = page.getByRole('navigation', { name: 'Parts of the customer' }).getByRole('link');
    expect(await tabs.allTextContents()).toEqual(['Overview', 'Timeline', 'Security', 'Companies and consents']);
    await page.goto(`${office.url}/customers/${id}?view=company`);
    await page.getByText('The customer belongs to no company.').waitFor();
    await page.context().close();
  }, 60_000);

  it('leaves the decision on a forged call to the service, which rejects it', async () => {
    const { id } = await signUp('Forged');
    const page = await office.logIn('approver');
    const forged = [
      ['PATCH', `/customer/shop/customers/${id}`],
      ['DELETE', `/customer/shop/customers/${id}`],
      ['POST', `/customer/shop/customers/${id}/addresses`],
      ['POST', '/customer/shop/assistedbuying/login'],
      ['GET', '/admin/shop/employees'],
      ['PATCH', '/admin/shop/settings'],
    ];
    const statuses: number[] = await page.evaluate(`
      const { accessToken } = JSON.parse(sessionStorage.getItem('foyer.shop.tokens'));
      const headers = { authorization: 'Bearer ' + accessToken, 'content-type': 'application/json' };
      const body = JSON.stringify({ active: true, contactName: 'Eve', customerNumber: '${id}' });
      Promise.all(${JSON.stringify(forged)}.map(async ([method, path]) =>
        (await fetch(path, { method, headers, body: method === 'GET' ? undefined : body })).status))`);
    expect(statuses).toEqual(forged.map(() => 403));
    expect(await (await shop.serviceClient()).get(`/customers/${id}`)).toMatchObject({ standing: 'awaiting' });
    await page.context().close();
    // Each of the rejected requests is an error in the console.
    office.problems = office.problems.filter((problem) => !problem.includes('403'));
  }, 60_000);

  it('adds, changes and removes an address', async () => {
    const { id } = await signUp('Resident');
    const page = await office.logIn('support', `/customers/${id}`);
    const card = page.getByRole('region', { name: 'Addresses' });
    await card.getByRole('button', { name: 'Add an address' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('Ada Lovelace');
    await dialog.getByLabel('Street').fill('Platz der Republik');
    await dialog.getByLabel('Country').fill('XX');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog
      .getByText(/^country must be /)
      .first()
      .waitFor();
    await dialog.getByLabel('Country').fill('de');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await card.getByText('Germany').waitFor();
    await card.getByText('default').waitFor();

    const service = await shop.serviceClient();
    const stored = () => service.get<{ id: string; city?: string }[]>(`/customers/${id}/addresses`);
    await card.getByRole('button', { name: 'Edit: Ada Lovelace' }).click();
    const [{ id: addressId } = { id: '' }] = await stored();
    await service.patch(`/customers/${id}/addresses/${addressId}`, 200, { city: 'Bonn' });
    await dialog.getByLabel('City').fill('Berlin');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('This address was changed in the meantime').waitFor();
    expect(await stored()).toMatchObject([{ city: 'Bonn' }]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.reload();
    await card.getByRole('button', { name: 'Edit: Ada Lovelace' }).click();
    await dialog.getByLabel('City').fill('Berlin');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await card.getByText('Berlin').waitFor();
    expect(await stored()).toMatchObject([{ city: 'Berlin', street: 'Platz der Republik', country: 'DE' }]);

    await card.getByRole('button', { name: 'Remove: Ada Lovelace' }).click();
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await card.getByText('The customer has no addresses.').waitFor();
    expect(await stored()).toEqual([]);
    await page.context().close();
    // The two rejected requests are errors in the console.
    office.problems = office.problems.filter((problem) => !/400|409/.test(problem));
  }, 60_000);

  it('opens the shop to act for a customer if the tenant has a link', async () => {
    const { id } = await signUp('Represented');
    await shop.activate(id);
    const act = async (page: Page) => {
      await page.getByRole('button', { name: 'Act for the customer' }).click();
      await page.getByRole('dialog').getByLabel('Reason').fill('Order by telephone');
      await page.getByRole('dialog').getByRole('button', { name: 'Create a token' }).click();
      return page.getByRole('dialog').getByLabel('Token of the customer').inputValue();
    };
    let page = await office.logIn('support', `/customers/${id}`);
    await act(page);
    expect(await page.getByRole('link', { name: 'Open the shop' }).count()).toBe(0);
    await page.context().close();

    const { token: admin } = await shop.employee('admin');
    await shop.send('PATCH', '/admin/shop/settings', {
      body: { backoffice: { actForLink: `${new URL(office.url).origin}/health/live#token={token}&from=foyer` } },
      headers: { authorization: `Bearer ${String(admin)}` },
    });
    page = await office.logIn('support', `/customers/${id}`);
    const token = await act(page);
    const [opened] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Open the shop' }).click(),
    ]);
    await opened.waitForURL('**/health/live#*');
    expect(new URL(opened.url()).hash).toBe(`#token=${token}&from=foyer`);
    await page.context().close();
    // The response that stands for the shop has no icon.
    office.problems = office.problems.filter((problem) => !problem.includes('favicon'));
  }, 60_000);

  it('shows who was invited, and a pending change of the login e-mail', async () => {
    const { id, email } = await signUp('Moving');
    const { token } = await shop.employee('admin');
    await shop.send('POST', '/admin/shop/employees', {
      body: { email: 'invited@example.com', name: 'Ivy', role: 'viewer' },
      headers: { authorization: `Bearer ${String(token)}` },
    });
    const page = await office.logIn('admin', '/employees');
    await row(page, 'Ivy').getByText('Invited', { exact: true }).waitFor();
    await page.goto(`${office.url}/customers/${id}`);
    await page.getByText(email).first().waitFor();
    expect(await page.getByText('New login e-mail').count()).toBe(0);
    await (await shop.serviceClient()).patch(`/customers/${id}`, 200, { email: 'moved@example.com' });
    await page.reload();
    await page.getByText('New login e-mail').waitFor();
    await page.getByText('moved@example.com').waitFor();
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
