import { validationError, invalidAccessToken, notAuthorized, unknownCustomer } from './support/responses.js';
import { rows } from './support/rows.js';
import { type Body, Shop, ApiClient } from './support/shop.js';

interface Consents extends Body {
  consents: (Body & { at: string })[];
}

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
const terms = (version: string, accepted = true): Body => ({ id: 'terms', version, accepted });
const newsletter = (version: string, accepted = true): Body => ({ id: 'newsletter', version, accepted });
const expected = (consent: Body): Body => ({ ...consent, at: instant, address: '127.0.0.1' });

describe('consents', () => {
  let shop: Shop;
  let staff: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', termsVersion: '2026-11' });
    staff = await shop.serviceClient('customer.customer_read');
  });
  afterAll(() => shop.close());

  const put = async (caller: ApiClient, ...consents: Body[]): Promise<unknown> =>
    caller.put('/me/consents', 204, { consents });
  const own = async (caller: ApiClient): Promise<Consents> => caller.get('/me/consents');
  const all = async (id: string): Promise<Consents> => staff.get(`/customers/${id}/consents`);

  it('are empty at first', async () => {
    const ada = await shop.customer();
    expect(await own(ada)).toEqual({ consents: [] });
    expect(await all(ada.id)).toEqual({ consents: [] });
  });

  it('contain the accepted version of a text, the time and the address', async () => {
    const ada = await shop.customer();
    const before = Date.now();
    const { status } = await shop.send('PUT', '/customer/shop/me/consents', {
      body: { consents: [terms('1'), newsletter('7')] },
      headers: { authorization: `Bearer ${ada.token}` },
    });
    expect(status).toBe(204);
    const { consents } = await own(ada);
    expect(consents).toEqual([expected(newsletter('7')), expected(terms('1'))]);
    expect(Date.parse(consents[0]?.at ?? '')).toBeGreaterThanOrEqual(before);
    expect(Date.parse(consents[0]?.at ?? '')).toBeLessThanOrEqual(Date.now());
  });

  it('are updated only for the texts in the request, and older ones stay in the history', async () => {
    const ada = await shop.customer();
    await put(ada, terms('1'), newsletter('7'));
    await put(ada, newsletter('7', false));
    await put(ada, terms('2'));
    expect((await own(ada)).consents).toEqual([expected(newsletter('7', false)), expected(terms('2'))]);
    const { consents } = await all(ada.id);
    expect(consents.slice(0, 2)).toEqual([expected(terms('2')), expected(newsletter('7', false))]);
    expect(consents.slice(2)).toEqual([expected(newsletter('7')), expected(terms('1'))]);
  });

  it('are stored once if they are sent repeatedly', async () => {
    const ada = await shop.customer();
    await put(ada, terms('1'));
    const first = await own(ada);
    shop.advanceClock(60);
    await put(ada, terms('1'));
    expect(await own(ada)).toEqual(first);
    await put(ada);
    expect(await all(ada.id)).toEqual(first);
  });

  it('are stored once if they are sent concurrently', async () => {
    const ada = await shop.customer();
    await Promise.all([1, 2, 3, 4].map(() => put(ada, terms('1'), newsletter('1'))));
    expect((await all(ada.id)).consents).toHaveLength(2);
    await Promise.all(['2', '3', '4', '5'].map((version) => put(ada, terms(version))));
    expect((await all(ada.id)).consents).toHaveLength(6);
  });

  it.each<[string, unknown, string]>([
    ['an empty body', {}, 'consents'],
    ['null', { consents: null }, 'consents'],
    ['an object', { consents: terms('1') }, 'consents'],
    ['a list of lists', { consents: [[]] }, 'consents'],
    ['a list of null', { consents: [null] }, 'consents'],
    ['the same text twice', { consents: [terms('1'), terms('2')] }, 'consents'],
    [
      'more than 50 texts',
      { consents: Array.from({ length: 51 }, (_, n) => ({ ...terms('1'), id: `t${n}` })) },
      'consents',
    ],
    ['no id', { consents: [{ version: '1', accepted: true }] }, 'consents.0.id'],
    ['no version', { consents: [{ id: 'terms', accepted: true }] }, 'consents.0.version'],
    ['a number for a version', { consents: [{ ...terms('1'), version: 1 }] }, 'consents.0.version'],
    ['a version that is too long', { consents: [terms('x'.repeat(101))] }, 'consents.0.version'],
    ['a string for accepted', { consents: [{ ...terms('1'), accepted: 'yes' }] }, 'consents.0.accepted'],
  ])('are rejected with %s', async (_what, body, field) => {
    const ada = await shop.customer();
    await put(ada, terms('1'));
    const before = await all(ada.id);
    expect(await ada.put('/me/consents', 400, body)).toEqual(validationError(field));
    expect(await all(ada.id)).toEqual(before);
  });

  it('can be read, but not changed, by an employee who acts for the customer', async () => {
    const ada = await shop.customer();
    await put(ada, terms('1'));
    const clerk = await shop.employee('support');
    const { accessToken } = await clerk.post('/assistedbuying/login', 200, { customerNumber: ada.id, reason: 'call' });
    const acting = new ApiClient(shop, String(accessToken));
    expect(await own(acting)).toEqual(await own(ada));
    expect(await acting.put('/me/consents', 403, { consents: [terms('2')] })).toEqual(notAuthorized);
  });

  it('are visible only to employees of the tenant, and only for known customers', async () => {
    const ada = await shop.customer();
    await shop.addTenant('other');
    const elsewhere = await shop.serviceClient(undefined, 'other');
    expect(await elsewhere.get(`/customers/${ada.id}/consents`, 404)).toEqual(unknownCustomer(ada.id));
    expect(await staff.get('/customers/4711/consents', 404)).toEqual(unknownCustomer('4711'));
  });

  it('are deleted with the customer', async () => {
    const ada = await shop.customer();
    await put(ada, terms('1'));
    await (await shop.serviceClient()).delete(`/customers/${ada.id}`, 202);
    expect(await rows(shop, 'select * from consents where customer_id = $1', [ada.id])).toEqual([]);
    expect(await ada.get('/me/consents', 401)).toEqual(invalidAccessToken);
  });

  it('contain the terms that were accepted in a sign-up through the Glue API', async () => {
    const { email, password } = shop.person({ password: 'a long Password 1!' });
    const attributes = {
      ...{ firstName: 'Ada', lastName: 'Lovelace', gender: 'Female', salutation: 'Ms' },
      ...{ email, password, confirmPassword: password, acceptedTerms: true },
    };
    const response = await shop.send('POST', '/customers', {
      body: { data: { type: 'customers', attributes } },
      headers: { 'content-type': 'application/vnd.api+json' },
    });
    expect({ status: response.status, text: response.text }).toMatchObject({ status: 201 });
    const [customer] = await rows<{ id: string }>(shop, 'select id from customers where contact_email = $1', [email]);
    expect((await all(customer?.id ?? '')).consents).toEqual([expected(terms('2026-11'))]);
  });

  it('are empty for a customer who signed up without terms', async () => {
    const { id } = await shop.signUp();
    expect(await all(id)).toEqual({ consents: [] });
  });
});
