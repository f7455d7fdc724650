import { notAuthorized, validationError } from './support/responses.js';
import { queriesOf, recordQueries } from './support/queries.js';
import { rows } from './support/rows.js';
import { type ApiClient, type Body, type Response, Shop } from './support/shop.js';
import { staffActions } from './support/timeline.js';

interface Result {
  customerNumber: string;
  code: number;
  message?: string;
}

/** Sends decisions as a client, and returns the whole response. */
const send = (client: ApiClient, body: Body): Promise<Response<Result[]>> =>
  client.shop.send<Result[]>('POST', `/admin/${client.tenant}/activations`, {
    body,
    headers: { authorization: `Bearer ${String(client.token)}` },
  });

describe('decisions about customers who wait for their activation', () => {
  let shop: Shop;
  let support: ApiClient;
  let service: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open({ restrictions: ['DE', 'FR'] });
    support = await shop.employee('support');
    service = await shop.serviceClient();
  });
  afterAll(() => shop.close());

  const decide = async (decision: string, customerNumbers: string[], more: Body = {}): Promise<Result[]> => {
    const { status, body, text } = await send(support, { decision, customerNumbers, ...more });
    if (status !== 207) throw new Error(text);
    return body;
  };
  const read = (id: string): Promise<Body> => service.get(`/customers/${id}`);
  const historyOf = (id: string): Promise<{ action: string; changes: Body }[]> => staffActions(service, id);
  /** The kinds of the mails to an address about decisions, newest first. */
  const noticesTo = async (email: string): Promise<string[]> =>
    (await shop.mailsTo(email)).map(({ kind }) => kind).filter((kind) => kind !== 'awaiting-activation');
  const loginStatus = async ({ email, password }: { email: string; password: string }): Promise<number> =>
    (await (await shop.visitor()).send('POST', '/login', { body: { email, password } })).status;

  it('activate a customer, who gets a mail and can log in', async () => {
    const ada = await shop.signUp();
    const { metadata } = await read(ada.id);
    expect(await decide('activate', [ada.id], { reason: 'Verified by telephone' })).toEqual([
      { customerNumber: ada.id, code: 200 },
    ]);
    expect(await loginStatus(ada)).toBe(200);
    expect(await shop.mailTo(ada.email, 'activated')).toBeDefined();
    const changes = { fields: ['active'], from: { active: false }, to: { active: true } };
    expect(await historyOf(ada.id)).toMatchObject([
      { action: 'customer_changed', changes: { ...changes, reason: 'Verified by telephone' } },
    ]);
    const after = await read(ada.id);
    expect(after).toMatchObject({ active: true, standing: 'active' });
    expect((after.metadata as Body).version).toBe(Number((metadata as Body).version) + 1);
  });

  it('decline a customer, who gets a mail, cannot log in, and can be reopened', async () => {
    const ada = await shop.signUp();
    shop.advanceClock(60);
    expect(await decide('decline', [ada.id], { reason: 'Unknown company' })).toMatchObject([{ code: 200 }]);
    const declined = await read(ada.id);
    expect(declined).toMatchObject({ active: false, standing: 'declined' });
    const waited = Date.parse(String(declined.standingSince)) - Date.parse(String(declined.metadataCreatedAt));
    expect(waited).toBeGreaterThanOrEqual(60_000);
    expect(await loginStatus(ada)).toBe(400);
    const mail = await shop.mailTo(ada.email, 'declined');
    expect(mail.subject).toBe('We cannot activate your account');
    expect(mail.text).not.toContain('Unknown company');
    expect(await historyOf(ada.id)).toMatchObject([
      {
        action: 'customer_declined',
        changes: { from: { standing: 'awaiting' }, to: { standing: 'declined' }, reason: 'Unknown company' },
      },
    ]);

    expect(await decide('activate', [ada.id])).toMatchObject([{ code: 200 }]);
    expect([await loginStatus(ada), (await read(ada.id)).standing]).toEqual([200, 'active']);
  });

  it('are also taken back with the flag of the vendor', async () => {
    const ada = await shop.signUp();
    await decide('decline', [ada.id]);
    await service.patch(`/customers/${ada.id}`, 200, { active: true });
    expect(await read(ada.id)).toMatchObject({ active: true, standing: 'active' });
  });

  it('change nothing if they were already made', async () => {
    const [ada, bob] = [await shop.signUp(), await shop.signUp()];
    for (let time = 0; time < 2; time++) {
      expect(await decide('activate', [ada.id, ada.id])).toMatchObject([{ code: 200 }, { code: 200 }]);
      expect(await decide('decline', [bob.id])).toMatchObject([{ code: 200 }]);
    }
    for (const { id, email } of [ada, bob]) {
      expect([await historyOf(id), await noticesTo(email)]).toMatchObject([{ length: 1 }, { length: 1 }]);
    }
  });

  it('return one result for each number in the order of the request, and a bad row does not stop the others', async () => {
    const [ada, active, gone, bob] = [
      await shop.signUp(),
      await shop.customer(),
      await shop.customer(),
      await shop.signUp(),
    ];
    await service.patch(`/customers/${gone.id}`, 200, { active: false });
    const { id: contact } = await service.post('/customers', 201, { type: 'CONTACT' });
    const numbers = [bob.id, 'unknown', active.id, gone.id, String(contact), ada.id];
    const results = await decide('decline', numbers);
    expect(results.map(({ customerNumber }) => customerNumber)).toEqual(numbers);
    expect(results.map(({ code }) => code)).toEqual([200, 404, 409, 409, 409, 200]);
    expect(results.map(({ message }) => message)).toEqual([
      undefined,
      "Couldn't find a customer with customerNumber 'unknown'",
      'The customer is active. Deactivate the customer instead.',
      'The customer was active before, and is already deactivated.',
      'A contact cannot log in, and is neither activated nor declined.',
      undefined,
    ]);
    expect((await read(active.id)).standing).toBe('active');
  });

  it('send no mail to a customer who cannot log in yet', async () => {
    const ada = await shop.signUp();
    await service.patch(`/customers/${ada.id}`, 200, { onHold: true });
    await decide('activate', [ada.id]);
    expect(await noticesTo(ada.email)).toEqual([]);
  });

  it('concern only customers within the restriction of the scope', async () => {
    const [german, french] = [await shop.signUp(), await shop.signUp()];
    await service.patch(`/customers/${german.id}`, 200, { restriction: 'DE' });
    await service.patch(`/customers/${french.id}`, 200, { restriction: 'FR' });
    const restricted = await shop.serviceClient('foyer.activations_manage--DE');
    const { body } = await send(restricted, { decision: 'activate', customerNumbers: [french.id, german.id] });
    expect(body.map(({ code }) => code)).toEqual([404, 200]);
    expect([(await read(french.id)).active, (await read(german.id)).active]).toEqual([false, true]);
  });

  it('concern only customers of the tenant', async () => {
    const ada = await shop.signUp();
    await shop.addTenant('other');
    const { body } = await send(await shop.serviceClient(undefined, 'other'), {
      decision: 'activate',
      customerNumbers: [ada.id],
    });
    expect(body).toMatchObject([{ code: 404 }]);
    expect((await read(ada.id)).active).toBe(false);
  });

  it.each<[string, Body]>([
    ['customerNumbers', { customerNumbers: [] }],
    ['customerNumbers', { customerNumbers: Array.from({ length: 201 }, (_, index) => String(index)) }],
    ['customerNumbers', { customerNumbers: [7] }],
    ['customerNumbers', { customerNumbers: 'all' }],
    ['decision', { decision: 'approve' }],
    ['reason', { reason: 'x'.repeat(501) }],
  ])('reject an invalid %s', async (field, more) => {
    const { status, body } = await send(support, { decision: 'activate', customerNumbers: ['1'], ...more });
    expect([status, body]).toEqual([400, validationError(field)]);
  });

  it('require the scope', async () => {
    const readers = [await shop.employee('viewer'), await shop.serviceClient('customer.customer_manage')];
    for (const client of [...readers, await shop.customer()]) {
      const { status, body } = await send(client, { decision: 'activate', customerNumbers: ['1'] });
      expect([status, body]).toEqual([403, notAuthorized]);
    }
  });

  it('about 200 customers are decided in one request, each with its mail', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 200; index++) {
      const contactEmail = shop.person().email;
      ids.push(String((await service.post('/customers', 201, { contactEmail })).id));
    }
    const results = await decide('activate', ids);
    expect(results.filter(({ code }) => code === 200)).toHaveLength(200);
    const mails = await rows(shop, `select from outbox where kind = 'activated' and customer_id = any($1)`, [ids]);
    expect(mails).toHaveLength(200);
  });

  it('take as many statements for many customers as for one, apart from the mails', async () => {
    const statements = await recordQueries(shop);
    const count = async (many: number): Promise<number> => {
      const ids = await Promise.all(
        Array.from({ length: many }, async () => String((await service.post('/customers', 201, {})).id)),
      );
      return (await queriesOf(shop, statements, () => decide('activate', ids))).length;
    };
    expect(await count(10)).toBe(await count(1));
  });
});

it('a declined customer cannot become active by confirming the e-mail', async () => {
  const shop = await Shop.open({ activation: 'email', declinedNotice: false });
  const service = await shop.serviceClient();
  const ada = await shop.signUp();
  const { token } = await shop.mailTo(ada.email, 'opt-in');
  await send(service, { decision: 'decline', customerNumbers: [ada.id] });
  const visitor = await shop.visitor();
  expect((await visitor.send('GET', `/signup/optin/${token}`)).status).toBe(400);
  await visitor.send('POST', '/signup/optin/refresh_token', { body: { email: ada.email } });
  expect(await service.get(`/customers/${ada.id}`)).toMatchObject({ standing: 'declined', active: false });
  expect((await shop.mailsTo(ada.email)).map(({ kind }) => kind)).toEqual(['opt-in']);
  await shop.close();
});
