import {
  Glue,
  type GlueClient,
  type GlueCustomer,
  errorResponse,
  glueResponse,
  missingToken,
  newAddress,
  unauthorized,
} from '../support/glue.js';
import { type Body, Shop } from '../support/shop.js';
import { databaseFingerprint } from '../support/database-fingerprint.js';

/** Invalid values of all kinds. */
const invalidValues: [name: string, value: unknown][] = [
  ['a number', 5],
  ['true', true],
  ['an array', ['x']],
  ['an object', { x: 'y' }],
  ['a NUL', 'a\0b@example.com'],
  ['a lone surrogate', '\ud800'],
  ['a huge string', 'x'.repeat(5000)],
  ['a deeply nested value', JSON.parse('[{"a":'.repeat(15) + '1' + '}]'.repeat(15))],
];

/**
 * Whether the value is converted or compared: numbers are texts, and flags are true. The keys and the current password
 * may be any text; only that of a change has a maximum length.
 */
const isValid = (name: string, kind: string, path: string): boolean =>
  ((/(refreshToken|Key)$/.test(name) || (name === 'password' && path === '/access-tokens')) &&
    ['a NUL', 'a lone surrogate', 'a huge string'].includes(kind)) ||
  (name === 'password' && path.startsWith('/customer-password/') && ['a NUL', 'a lone surrogate'].includes(kind)) ||
  (kind === 'true'
    ? /^(isDefault|accepted)/.test(name)
    : kind === 'a number' && !/^(isDefault|accepted|email|gender|salutation|username|dateOfBirth|iso2Code)/.test(name));

describe('invalid input', () => {
  let shop: Shop;
  let glue: Glue;
  let ada: GlueCustomer;
  let agent: GlueClient;
  let address: string;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
    ada = await glue.customer();
    agent = await glue.agent();
    address = (await ada.post(`${ada.path}/addresses`, 201, newAddress)).data.id;
  });
  afterAll(() => shop.close());

  const passwords = { newPassword: 'x'.repeat(12), confirmPassword: 'x'.repeat(12) };
  type Call = [name: string, method: string, path: () => string, client: () => GlueClient, good: () => Body];
  const calls: Call[] = [
    [
      'a login',
      'POST',
      () => '/access-tokens',
      () => glue.unauthenticated,
      () => ({ username: ada.email, password: 'x' }),
    ],
    ['a refresh', 'POST', () => '/refresh-tokens', () => glue.unauthenticated, () => ({ refreshToken: 'x' })],
    [
      'a sign-up',
      'POST',
      () => '/customers',
      () => glue.unauthenticated,
      () => glue.person({ dateOfBirth: '1815-12-10' }),
    ],
    ['a customer update', 'PATCH', () => ada.path, () => ada, () => ({ firstName: 'Eve', dateOfBirth: '1815-12-10' })],
    [
      'a confirmation',
      'POST',
      () => '/customer-confirmation',
      () => glue.unauthenticated,
      () => ({ registrationKey: 'x' }),
    ],
    [
      'a new address',
      ...(['POST', () => `${ada.path}/addresses`, () => ada] as const),
      () => ({ ...newAddress, address3: 'x', company: 'x', phone: 'x' }),
    ],
    [
      'an address update',
      ...(['PATCH', () => `${ada.path}/addresses/${address}`, () => ada] as const),
      () => ({ ...newAddress, address3: 'x', company: 'x', phone: 'x' }),
    ],
    [
      'a password change',
      ...(['PATCH', () => `/customer-password/${ada.reference}`, () => ada] as const),
      () => ({ ...passwords, password: 'x' }),
    ],
    [
      'a forgotten password',
      'POST',
      () => '/customer-forgotten-password',
      () => glue.unauthenticated,
      () => ({ email: 'x' }),
    ],
    [
      'a password restore',
      ...(['PATCH', () => '/customer-restore-password/mine', () => glue.unauthenticated] as const),
      () => ({ restorePasswordKey: 'x', password: 'x'.repeat(12), confirmPassword: 'x'.repeat(12) }),
    ],
  ];

  it.each(calls)('in %s is reported for its field, and changes nothing', async (_name, method, path, client, good) => {
    const before = await databaseFingerprint(shop);
    for (const name of Object.keys(good())) {
      for (const [kind, value] of invalidValues) {
        if (isValid(name, kind, path())) continue;
        const { status, body } = await client().send(method, path(), { attributes: { ...good(), [name]: value } });
        const { errors } = body as { errors: { code: string; detail: string }[] };
        const reported = errors.filter(({ detail }) => detail.startsWith(name)).map(({ code }) => code);
        expect({ name, kind, status, reported: [...new Set(reported)] }).toEqual({
          name,
          kind,
          status: 422,
          reported: ['901'],
        });
      }
    }
    expect(await databaseFingerprint(shop)).toEqual(before);
  });

  it.each<[string, () => GlueClient, string, string]>([
    ['a NUL in a path', () => ada, 'GET', '/customers/%00'],
    ['a NUL in the id of an address', () => ada, 'GET', '/customers/{}/addresses/%00'],
    ['a NUL in the id of an address to delete', () => ada, 'DELETE', '/customers/{}/addresses/%00'],
    ['a NUL in a search', () => agent, 'GET', '/agent-customer-search?q=%00'],
    ['a very long path', () => ada, 'GET', `/customers/${'x'.repeat(600)}`],
  ])('such as %s is rejected with a client error', async (_name, client, method, path) => {
    const { status, headers } = await client().send(method, path.replace('{}', ada.reference));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(headers['content-type']).toBe('application/vnd.api+json');
  });

  it('such as a NUL in a path is an unknown id', async () => {
    const noAddress = errorResponse('404', 'Address was not found.');
    expect(await ada.send('GET', '/customers/%00')).toEqual(errorResponse('402', 'Customer not found.'));
    expect(await ada.send('DELETE', '/customers/a%00b')).toEqual(unauthorized);
    expect(await ada.send('GET', `${ada.path}/addresses/%00`)).toEqual(noAddress);
    expect(await ada.send('DELETE', `${ada.path}/addresses/%00`)).toEqual(noAddress);
    expect(await ada.send('PATCH', `${ada.path}/addresses/%00`, { attributes: { city: 'Rome' } })).toEqual(noAddress);
    expect(await ada.send('DELETE', '/refresh-tokens/a%00b')).toEqual(glueResponse(204));
    expect(await glue.unauthenticated.send('GET', '/customers/%00')).toEqual(missingToken);
  });

  it('such as a very long id in a path is an unknown id', async () => {
    const id = 'x'.repeat(7000);
    expect(await ada.send('GET', `/customers/${id}`)).toEqual(errorResponse('402', 'Customer not found.'));
    expect(await ada.send('DELETE', `/refresh-tokens/${id}`)).toEqual(glueResponse(204));
    expect((await ada.send('GET', `/customers/${'x'.repeat(8001)}`)).status).toBe(414);
  });

  it.each([
    'include=addresses&include=addresses',
    'include[]=addresses',
    'fields[customers]=firstName&fields[customers]=lastName',
  ])('in a query is ignored: %s', async (query) => {
    expect((await ada.send('GET', `${ada.path}/addresses?${query}`)).status).toBe(200);
    expect((await ada.send('GET', `${ada.path}?${query}`)).status).toBe(200);
    expect((await agent.send('GET', `/agent-customer-search?q=a&q=b&${query}`)).status).toBe(200);
  });

  it('is rejected if it is larger than 1 MB', async () => {
    const attributes = { refreshToken: 'x'.repeat(1024 * 1024) };
    const { status, headers } = await glue.unauthenticated.send('POST', '/refresh-tokens', { attributes });
    expect([status, headers['content-type']]).toEqual([413, 'application/vnd.api+json']);
  });
});
