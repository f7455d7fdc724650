import { Glue, type GlueClient, type GlueCustomer, newAddress, refused } from '../support/glue.js';
import { type Body, Shop } from '../support/shop.js';
import { stored } from '../support/stored.js';

/** What clients send by mistake or on purpose. */
const nasty: [name: string, value: unknown][] = [
  ['a number', 5],
  ['true', true],
  ['a list', ['x']],
  ['an object', { x: 'y' }],
  ['a NUL', 'a\0b@example.com'],
  ['half a surrogate pair', '\ud800'],
  ['a huge text', 'x'.repeat(5000)],
  ['a deep one', JSON.parse('[{"a":'.repeat(15) + '1' + '}]'.repeat(15))],
];

describe('input that nobody expects', () => {
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
  type Call = [name: string, method: string, path: () => string, who: () => GlueClient, good: () => Body];
  const calls: Call[] = [
    ['a login', 'POST', () => '/access-tokens', () => glue.stranger, () => ({ username: ada.email, password: 'x' })],
    ['a refresh', 'POST', () => '/refresh-tokens', () => glue.stranger, () => ({ refreshToken: 'x' })],
    ['a sign-up', 'POST', () => '/customers', () => glue.stranger, () => glue.person({ dateOfBirth: '1815-12-10' })],
    ['a change', 'PATCH', () => ada.path, () => ada, () => ({ firstName: 'Eve', dateOfBirth: '1815-12-10' })],
    ['a confirmation', 'POST', () => '/customer-confirmation', () => glue.stranger, () => ({ registrationKey: 'x' })],
    [
      'an address',
      ...(['POST', () => `${ada.path}/addresses`, () => ada] as const),
      () => ({ ...newAddress, address3: 'x', company: 'x', phone: 'x', country: 'x' }),
    ],
    [
      'an address that changes',
      ...(['PATCH', () => `${ada.path}/addresses/${address}`, () => ada] as const),
      () => ({ ...newAddress, address3: 'x', company: 'x', phone: 'x', country: 'x' }),
    ],
    [
      'a password that changes',
      ...(['PATCH', () => `/customer-password/${ada.reference}`, () => ada] as const),
      () => ({ ...passwords, password: 'x' }),
    ],
    ['a forgotten password', 'POST', () => '/customer-forgotten-password', () => glue.stranger, () => ({ email: 'x' })],
    [
      'a password to restore',
      ...(['PATCH', () => '/customer-restore-password/mine', () => glue.stranger] as const),
      () => ({ restorePasswordKey: 'x', password: 'x'.repeat(12), confirmPassword: 'x'.repeat(12) }),
    ],
    [
      'an agent',
      ...(['POST', () => '/agent-access-tokens', () => glue.stranger] as const),
      () => ({ username: 'x@example.com', password: 'x' }),
    ],
    [
      'an impersonation',
      ...(['POST', () => '/agent-customer-impersonation-access-tokens', () => agent] as const),
      () => ({ customerReference: 'x' }),
    ],
  ];

  it.each(calls)('in %s is blamed on its field, and changes nothing', async (_name, method, path, who, good) => {
    const before = await stored(shop);
    for (const name of Object.keys(good())) {
      for (const [kind, value] of nasty) {
        // What must be true or false may be true.
        if (kind === 'true' && /^(isDefault|accepted)/.test(name)) continue;
        const { status, body } = await who().send(method, path(), { attributes: { ...good(), [name]: value } });
        const { errors } = body as { errors: { code: string; detail: string }[] };
        const blamed = errors.filter(({ detail }) => detail.startsWith(name)).map(({ code }) => code);
        expect({ name, kind, status, blamed: [...new Set(blamed)] }).toEqual({
          name,
          kind,
          status: 422,
          blamed: ['901'],
        });
      }
    }
    expect(await stored(shop)).toEqual(before);
  });

  it.each<[string, () => GlueClient, string, string]>([
    ['a NUL in a path', () => ada, 'GET', '/customers/%00'],
    ['a NUL in the id of an address', () => ada, 'GET', '/customers/{}/addresses/%00'],
    ['a NUL in the id of an address to remove', () => ada, 'DELETE', '/customers/{}/addresses/%00'],
    ['a NUL in a search', () => agent, 'GET', '/agent-customer-search?q=%00'],
    ['a path without end', () => ada, 'GET', `/customers/${'x'.repeat(600)}`],
  ])('such as %s is refused', async (_name, who, method, path) => {
    const { status, headers } = await who().send(method, path.replace('{}', ada.reference));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(headers['content-type']).toBe('application/vnd.api+json');
  });

  it('such as a NUL in a path is the id of nothing', async () => {
    const noCustomer = refused('402', 'Customer not found.');
    const noAddress = refused('404', 'Address was not found.');
    expect(await ada.send('GET', '/customers/%00')).toEqual(noCustomer);
    expect(await ada.send('DELETE', '/customers/a%00b')).toEqual(noCustomer);
    expect(await ada.send('GET', `${ada.path}/addresses/%00`)).toEqual(noAddress);
    expect(await ada.send('DELETE', `${ada.path}/addresses/%00`)).toEqual(noAddress);
  });

  it.each([
    'include=addresses&include=addresses',
    'include[]=addresses',
    'fields[customers]=firstName&fields[customers]=lastName',
    'page[limit]=1&page[limit]=2',
    'page[limit]=0',
    'page[limit]=99999999999999999999',
    'page[offset]=1e3',
  ])('in a query may be without effect: %s', async (query) => {
    expect((await ada.send('GET', `${ada.path}/addresses?${query}`)).status).toBe(200);
    expect((await ada.send('GET', `${ada.path}?${query}`)).status).toBe(200);
    expect((await agent.send('GET', `/agent-customer-search?q=a&q=b&${query}`)).status).toBe(200);
  });

  it('is refused when it is larger than 1 MB', async () => {
    const attributes = { refreshToken: 'x'.repeat(1024 * 1024) };
    const { status, headers } = await glue.stranger.send('POST', '/refresh-tokens', { attributes });
    expect([status, headers['content-type']]).toEqual([413, 'application/vnd.api+json']);
  });
});
