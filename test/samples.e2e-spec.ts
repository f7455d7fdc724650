import { randomUUID } from 'node:crypto';
import { assignCustomer, member, newCompany, newLocation } from './support/companies.js';
import { type Operation, operations, urlOf } from './support/document.js';
import { examplesOfTexts, optionsOf, samplesOf } from './support/samples.js';
import { addFactor } from './support/second-factor.js';
import { type LoggedInCustomer, type Response, Shop, type ApiClient } from './support/shop.js';

/** Query parameters whose example must exist at the tenant: an unknown `config` is rejected. */
const tenantSpecific = ['after', 'config'];

const withBody = operations.flatMap((operation) =>
  samplesOf(operation.method, operation.path).map(([name, body]) => [operation, name, body] as const),
);

/** Below `/customer-management`, a validation error has no type, but details. */
function isValidationError({ status, text }: Response): boolean {
  return status === 400 && /"validation_failure"|"details":\[/.test(text);
}

describe('the examples of the API document', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' })));
  afterAll(() => shop.close());

  /** Some routes accept only an employee in person, not a service. */
  const callerOf = async ({ tokens, path }: Operation, ada: LoggedInCustomer): Promise<ApiClient> => {
    if (tokens.includes('staff'))
      return /\/assisted-?buying.login$|^\/admin\/{tenant}\/me\b/.test(path)
        ? shop.employee('admin')
        : shop.serviceClient();
    return tokens.includes('customer') ? ada : shop.visitor();
  };

  /** Creates what the path and the angle brackets of a body refer to. @returns the ids */
  const valuesFor = async (
    { ids }: Operation,
    ada: LoggedInCustomer,
    body: string,
  ): Promise<Record<string, string>> => {
    const values: Record<string, string> = { tenant: shop.tenant, customerNumber: ada.id, 'customer number': ada.id };
    if (ids.includes('addressId')) {
      values.addressId = (await ada.post<{ id: string }>('/me/addresses', 201, { city: 'Berlin' })).id;
    }
    if (ids.includes('type')) {
      await addFactor(shop, ada);
      values.type = 'email';
    }
    if (ids.includes('sessionId')) values.sessionId = ada.login.session_id;
    if (body.includes('<id of a legal entity>')) values['id of a legal entity'] = await newCompany(shop);
    if (ids.includes('legalEntityId')) values.legalEntityId = await newCompany(shop);
    if (ids.includes('contactAssignmentId')) {
      values.contactAssignmentId = await assignCustomer(shop, await shop.signUp(), await newCompany(shop));
    }
    if (ids.includes('locationId')) values.locationId = await newLocation(shop);
    if (ids.includes('kind')) Object.assign(values, { kind: 'password-reset', language: 'de' });
    if (ids.includes('employeeId')) values.employeeId = (await shop.createEmployee('viewer')).id;
    if (ids.includes('clientId')) {
      const { token } = await shop.serviceClient();
      const created = await shop.send('POST', `/admin/${shop.tenant}/clients`, {
        body: { name: randomUUID(), kind: 'service' },
        headers: { authorization: `Bearer ${token}` },
      });
      values.clientId = String(created.body.id);
    }
    return values;
  };

  it('include a body for many operations', () => {
    expect(withBody.length).toBeGreaterThan(40);
  });

  it.each(withBody.map(([operation, name, body]) => [operation.name, name, operation, body] as const))(
    'include a valid body of %s (%s)',
    async (_name, _example, operation, body) => {
      const ada = operation.path.includes('legal-entities/search')
        ? await member(shop, 'Buyer')
        : await shop.customer();
      const text = JSON.stringify(body);
      const values = await valuesFor(operation, ada, text);
      const { token } = await callerOf(operation, ada);
      const response = await shop.send(operation.method, urlOf(operation, values), {
        body: JSON.parse(text.replace(/<([^>]+)>/g, (whole, what: string) => values[what] ?? whole)) as unknown,
        headers: token ? { authorization: `Bearer ${token}` } : {},
      });
      const shape = isValidationError(response) ? response.text : 'taken';
      expect(shape).toBe('taken');
      expect([401, 403, 404, 500]).not.toContain(response.status);
    },
  );

  it.each(
    operations.flatMap((operation) =>
      optionsOf(operation.method, operation.path)
        .filter(({ name, schema }) => schema.example !== undefined && !tenantSpecific.includes(name))
        .map(({ name, schema }) => [operation.name, name, operation, String(schema.example)] as const),
    ),
  )('include for %s a valid value of %s', async (_name, parameter, operation, example) => {
    const ada = await shop.customer();
    const { token } = await callerOf(operation, ada);
    const url = urlOf(operation, { ...(await valuesFor(operation, ada, '')), client_id: 'shop-storefront' });
    const query = new URLSearchParams({ [parameter]: example }).toString();
    const response = await shop.send(operation.method, `${url}${url.includes('?') ? '&' : '?'}${query}`, {
      headers: token ? { authorization: `Bearer ${token}` } : {},
    });
    expect(isValidationError(response) ? response.text : 'taken').toBe('taken');
    expect([403, 404, 500]).not.toContain(response.status);
  });

  it('describe the default page size of each list', () => {
    const sizeOf = (path: string): unknown =>
      optionsOf('GET', path).find(({ name }) => name === 'pageSize')?.description;
    expect(sizeOf('/customer/{tenant}/customers')).toBe('The number of rows per page; 60 if omitted.');
    for (const list of ['legal-entities', 'contact-assignments', 'locations']) {
      expect(sizeOf(`/customer-management/{tenant}/${list}`)).toBe('The number of rows per page; 16 if omitted.');
    }
  });

  it('are strings where the type is string', () => {
    const examples = examplesOfTexts();
    expect(examples.length).toBeGreaterThan(100);
    expect(examples.filter(([, example]) => typeof example !== 'string')).toEqual([]);
  });
});
