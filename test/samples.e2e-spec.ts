import { randomUUID } from 'node:crypto';
import { assigned, member, newCompany } from './support/companies.js';
import { type Operation, operations, urlOf } from './support/document.js';
import { examplesOfTexts, optionsOf, samplesOf } from './support/samples.js';
import { type LoggedIn, Shop, type Visitor } from './support/shop.js';

/**
 * Query parameters whose example the tenant must have first: `config` names one of its own, and any other is refused.
 */
const ofTheTenant = ['config'];

const withBody = operations.flatMap((operation) =>
  samplesOf(operation.method, operation.path).map(([name, body]) => [operation, name, body] as const),
);

describe('what the document shows', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' })));
  afterAll(() => shop.close());

  /** Staff is a person: some routes are for nobody else. */
  const callerOf = async ({ tokens, path }: Operation, ada: LoggedIn): Promise<Visitor> => {
    if (tokens.includes('staff')) return path.endsWith('/assistedbuying/login') ? shop.staff('admin') : shop.employee();
    return tokens.includes('customer') ? ada : shop.visitor();
  };

  /** Ids of what there is, for the path and for what stands in angle brackets in a body. */
  const thereIs = async ({ ids }: Operation, ada: LoggedIn, body: string): Promise<Record<string, string>> => {
    const known: Record<string, string> = { tenant: shop.tenant, customerNumber: ada.id, 'customer number': ada.id };
    if (ids.includes('addressId')) {
      known.addressId = (await ada.post<{ id: string }>('/me/addresses', 201, { city: 'Berlin' })).id;
    }
    if (ids.includes('sessionId')) known.sessionId = ada.login.session_id;
    if (body.includes('<id of a legal entity>')) known['id of a legal entity'] = await newCompany(shop);
    if (ids.includes('legalEntityId')) known.legalEntityId = await newCompany(shop);
    if (ids.includes('contactAssignmentId')) {
      known.contactAssignmentId = await assigned(shop, await shop.signedUp(), await newCompany(shop));
    }
    if (ids.includes('employeeId')) known.employeeId = (await shop.hired('viewer')).id;
    if (ids.includes('clientId')) {
      const { token } = await shop.employee();
      const made = await shop.send('POST', `/admin/${shop.tenant}/clients`, {
        body: { name: randomUUID(), kind: 'service' },
        headers: { authorization: `Bearer ${token}` },
      });
      known.clientId = String(made.body.id);
    }
    return known;
  };

  it('is a body for many operations', () => {
    expect(withBody.length).toBeGreaterThan(40);
  });

  it.each(withBody.map(([operation, name, body]) => [operation.name, name, operation, body] as const))(
    'is a body of %s (%s) that is taken',
    async (_name, _example, operation, body) => {
      const ada = operation.path.includes('legal-entities/search')
        ? await member(shop, 'Buyer')
        : await shop.loggedIn();
      const text = JSON.stringify(body);
      const known = await thereIs(operation, ada, text);
      const { token } = await callerOf(operation, ada);
      const answer = await shop.send(operation.method, urlOf(operation, known), {
        body: JSON.parse(text.replace(/<([^>]+)>/g, (whole, what: string) => known[what] ?? whole)) as unknown,
        headers: token ? { authorization: `Bearer ${token}` } : {},
      });
      const shape = answer.body?.type === 'validation_failure' ? answer.text : 'taken';
      expect(shape).toBe('taken');
      expect([401, 403, 404, 500]).not.toContain(answer.status);
    },
  );

  it.each(
    operations.flatMap((operation) =>
      optionsOf(operation.method, operation.path)
        .filter(({ name, schema }) => schema.example !== undefined && !ofTheTenant.includes(name))
        .map(({ name, schema }) => [operation.name, name, operation, String(schema.example)] as const),
    ),
  )('is for %s an example of %s that is taken', async (_name, parameter, operation, example) => {
    const ada = await shop.loggedIn();
    const { token } = await callerOf(operation, ada);
    const url = urlOf(operation, { ...(await thereIs(operation, ada, '')), client_id: 'shop-storefront' });
    const query = new URLSearchParams({ [parameter]: example }).toString();
    const answer = await shop.send(operation.method, `${url}${url.includes('?') ? '&' : '?'}${query}`, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
    });
    expect(answer.text).not.toContain('validation_failure');
    expect([403, 404, 500]).not.toContain(answer.status);
  });

  it('is the size of a page of each list', () => {
    const sizeOf = (path: string): unknown =>
      optionsOf('GET', path).find(({ name }) => name === 'pageSize')?.description;
    expect(sizeOf('/customer/{tenant}/customers')).toBe('The number of rows per page; 60 if omitted.');
    for (const list of ['legal-entities', 'contact-assignments']) {
      expect(sizeOf(`/customer-management/{tenant}/${list}`)).toBe('The number of rows per page; 16 if omitted.');
    }
  });

  it('is a text where a text is asked for', () => {
    const examples = examplesOfTexts();
    expect(examples.length).toBeGreaterThan(100);
    expect(examples.filter(([, example]) => typeof example !== 'string')).toEqual([]);
  });
});
