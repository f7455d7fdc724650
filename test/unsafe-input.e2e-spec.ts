import { validationError } from './support/responses.js';
import { type Response, type Body, Shop, type ApiClient } from './support/shop.js';

/** Characters that are invisible or reverse the direction of the text. */
const INVISIBLE = ['\u200b', '\u00ad', '\u202a', '\u202e', '\u2066', '\u3000', '\u00a0'];
const UNSAFE_LINKS = [
  'https://a:b@c.example/',
  ...['\u202e', '\u2066', '\u200b', '\u0007'].map((one) => `https://c.example/${one}x`),
];

describe('unsafe input', () => {
  let shop: Shop;
  let staff: ApiClient;
  let headers: Record<string, string>;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    staff = await shop.serviceClient();
    headers = { authorization: `Bearer ${staff.token ?? ''}` };
  });
  afterAll(() => shop.close());

  const emailFields = async (): Promise<[string, (email: string) => Promise<Response>][]> => {
    const [visitor, ada] = [await shop.visitor(), await shop.customer()];
    const { password } = shop.person();
    return [
      ['email', (email) => visitor.send('POST', '/signup', { body: { email, password } })],
      [
        'signup.email',
        (email) => visitor.send('POST', '/signup', { body: { ...shop.person(), signup: { email, password } } }),
      ],
      ['email', (email) => visitor.send('POST', '/login', { body: { email, password } })],
      ['email', (email) => visitor.send('POST', '/password/reset', { body: { email } })],
      [
        'newEmail',
        (newEmail) =>
          ada.send('POST', '/me/accounts/internal/email/change', { body: { email: ada.email, newEmail, password } }),
      ],
      ['contactEmail', (contactEmail) => ada.send('PATCH', '/me', { body: { contactEmail } })],
      ['contactEmail', (contactEmail) => staff.send('POST', '/customers', { body: { contactEmail } })],
      [
        'mailFrom',
        (email) => shop.send('PATCH', '/admin/shop/settings', { body: { mailFrom: `Acme <${email}>` }, headers }),
      ],
      ['email', (email) => shop.send('POST', '/admin/shop/employees', { body: { email, role: 'viewer' }, headers })],
    ];
  };

  it.each(INVISIBLE)('such as %j in an e-mail is rejected in every field', async (character) => {
    for (const [field, send] of await emailFields()) {
      for (const email of [
        `a${character}da@example.com`,
        `ada@exa${character}mple.com`,
        `${character}ada@example.com`,
      ]) {
        const { status, body } = await send(email);
        expect([field, status, body]).toEqual([field, 400, validationError(field)]);
      }
    }
    const item = { account: { email: `a${character}da@example.com`, passwordHash: '1:10000:abcdefgh:ijklmnop' } };
    const { body } = await staff.send<Body[]>('POST', '/customers/import', { body: [item] });
    expect(body).toMatchObject([{ code: 400 }]);
    expect(JSON.stringify(body)).toContain('account.email');
    const attributes = { username: `a${character}da@example.com`, password: 'x' };
    const glue = await shop.send('POST', '/access-tokens', { body: { data: { type: 'access-tokens', attributes } } });
    expect([glue.status, glue.body.errors]).toEqual([
      422,
      [expect.objectContaining({ code: '901', detail: expect.stringContaining('username => ') as string })],
    ]);
  });

  it.each(UNSAFE_LINKS)('such as the link %j is rejected in every field', async (url) => {
    const ada = await shop.customer();
    const settings = (body: Body): Promise<Response> => shop.send('PATCH', '/admin/shop/settings', { body, headers });
    const provider = { name: 'one', clientId: 'x', issuer: 'https://id.example', redirectUris: ['https://c.example/'] };
    const results: [string, Response][] = [
      ['photoUrl', await ada.send('PATCH', '/me', { body: { photoUrl: url } })],
      ['photoUrl', await staff.send('POST', '/customers', { body: { photoUrl: url } })],
      ['metadata.mixins', await ada.send('PATCH', '/me', { body: { metadata: { mixins: { loyalty: url } } } })],
      ['links.storefront', await settings({ links: { storefront: url } })],
      [
        'identityProviders.0.redirectUris',
        await settings({ identityProviders: [{ ...provider, redirectUris: [url] }] }),
      ],
      ['identityProviders.0.issuer', await settings({ identityProviders: [{ ...provider, issuer: url }] })],
      ['tokenExchange.default.jwks', await settings({ tokenExchange: { default: { jwks: url } } })],
    ];
    for (const [field, { status, body }] of results)
      expect([field, status, body]).toEqual([field, 400, validationError(field)]);
  });

  const RESERVED = ['constructor', 'prototype'];

  it.each(RESERVED)('such as the mixin %s is rejected with its field, not dropped', async (name) => {
    const ada = await shop.customer();
    const mixins = { [name]: { a: 1 } };
    const bodies: [string, Body][] = [
      [`mixins.${name}`, { mixins }],
      [`mixins.shoes.0.${name}`, { mixins: { shoes: [{ [name]: 1 }] } }],
      [`metadata.mixins.${name}`, { metadata: { mixins: { [name]: 'https://a.example' } } }],
    ];
    for (const [field, body] of bodies) {
      for (const sent of [
        ada.send('PATCH', '/me', { body }),
        ada.send('POST', '/me/addresses', { body: { city: 'Berlin', ...body } }),
        staff.send('PATCH', `/customers/${ada.id}`, { body }),
      ]) {
        expect(await sent).toMatchObject({ status: 400, body: validationError(field) });
      }
    }
    const account = { email: shop.person().email, passwordHash: '1:10000:abcdefgh:ijklmnop' };
    const { body } = await staff.send<Body[]>('POST', '/customers/import', { body: [{ account, mixins }] });
    expect(body).toMatchObject([{ code: 400, message: expect.stringContaining(`mixins.${name}`) }]);
    expect(await ada.get('/me?expand=mixin:*')).toMatchObject({ mixins: {} });
  });

  it('does not include other names that every object inherits', async () => {
    const ada = await shop.customer();
    const mixins = { toString: { valueOf: { hasOwnProperty: 1 } } };
    await ada.patch('/me', 200, { mixins });
    expect(await ada.get('/me?expand=mixin:*')).toMatchObject({ mixins });
  });
});
