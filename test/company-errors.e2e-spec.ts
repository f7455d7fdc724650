import { readFileSync } from 'node:fs';
import { companyForbidden, invalidAccessToken, unknownCustomer } from './support/responses.js';
import { expectCompanyError } from './support/errors.js';
import { sendCompanyRequest, newCompany } from './support/companies.js';
import { type ApiClient, Shop } from './support/shop.js';

describe('an error below /customer-management', () => {
  let shop: Shop;
  let staff: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open();
    staff = await shop.serviceClient();
  });
  afterAll(() => shop.close());

  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    sendCompanyRequest(staff, method, path, { body, headers });

  it('names the resource in the path', async () => {
    const { status, body } = await call('GET', '/legal-entities/nowhere');
    const message = 'Legal entity nowhere not found.';
    expect([status, body]).toEqual([404, { code: 404, status: 'Not Found', message, resourceId: 'nowhere' }]);
  });

  it('lists each problem of an invalid request in a text with the field', async () => {
    const restrictions = [7, 8];
    const { body } = await call('POST', '/legal-entities', { name: 5, legalInfo: { legalName: [] }, restrictions });
    expect(body).toEqual({
      ...{ code: 400, status: 'Bad Request', message: 'name must be a string' },
      details: [
        'name must be a string',
        expect.stringMatching(/^name /),
        expect.stringMatching(/^legalInfo.legalName must be a string/),
        expect.stringMatching(/^legalInfo.legalName /),
        expect.stringContaining('restrictions'),
        expect.stringContaining('restrictions'),
        expect.stringContaining('restrictions'),
      ],
    });
  });

  it('has the same form for every status', async () => {
    const id = await newCompany(shop);
    const customer = await shop.customer();
    const large = { name: 'x'.repeat(1024 * 1024) };
    expectCompanyError(await call('POST', '/legal-entities', '{"name":', { 'content-type': 'application/json' }), 400);
    expectCompanyError(await call('GET', '/legal-entities?sort=nix'), 400);
    expectCompanyError(await shop.send('GET', '/customer-management/nobody/legal-entities'), 400);
    expectCompanyError(await shop.send('GET', '/customer-management/%/legal-entities'), 400);
    expectCompanyError(await sendCompanyRequest(customer, 'POST', '/legal-entities'), 403);
    expectCompanyError(await call('GET', '/nowhere'), 404);
    expectCompanyError(await shop.send('GET', '/customer-management'), 404);
    expectCompanyError(await call('POST', '/legal-entities', { id, name: 'ABC' }), 409);
    expectCompanyError(await call('POST', '/legal-entities', large), 413);
    expectCompanyError(await call('GET', `/legal-entities/${'x'.repeat(8001)}`), 414);
    expectCompanyError(await call('POST', '/legal-entities', 'name=ABC', { 'content-type': 'text/plain' }), 415);
  });

  it('is the error of the gateway if the token is not valid', async () => {
    const { status, body } = await sendCompanyRequest(
      { ...staff, token: 'garbage' } as ApiClient,
      'GET',
      '/legal-entities',
    );
    expect([status, body]).toEqual([401, invalidAccessToken]);
  });

  it('is forbidden with the text of the vendor', async () => {
    const customer = await shop.customer();
    const { body } = await sendCompanyRequest(customer, 'DELETE', '/legal-entities/ABC-1');
    expect(body).toEqual(companyForbidden('ABC-1'));
  });

  it('has no effect on the form of other paths', async () => {
    expect(await staff.get('/customers/customer-management', 404)).toEqual(unknownCustomer('customer-management'));
  });

  it('is documented in this form, unlike errors of other paths', () => {
    const text = readFileSync(new URL('../openapi/emporix.json', import.meta.url), 'utf8');
    const { paths } = JSON.parse(text) as { paths: Record<string, object> };
    const schemasOf = (item: object): string[] => [
      ...new Set(JSON.stringify(item).match(/(?:CompanyError|ErrorMessage)Dto(?=")/g)),
    ];
    const below = Object.entries(paths).filter(([path]) => path.startsWith('/customer-management/'));
    expect(below.length).toBeGreaterThan(8);
    for (const [path, item] of below) expect([path, schemasOf(item)]).toEqual([path, ['CompanyErrorDto']]);
    const others = Object.entries(paths).filter(([path]) => !path.startsWith('/customer-management/'));
    expect(others.flatMap(([, item]) => schemasOf(item))).not.toContain('CompanyErrorDto');
  });
});
