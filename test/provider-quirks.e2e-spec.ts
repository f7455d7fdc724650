import { type Claims, IdentityProvider, SECRET } from './support/provider.js';
import { type Response, type Body, Shop, ApiClient } from './support/shop.js';

describe('a login at a provider', () => {
  let shop: Shop;
  let provider: IdentityProvider;
  beforeAll(async () => {
    provider = await IdentityProvider.listen();
    const { issuer, redirectUri } = provider;
    const identityProviders = [
      { name: 'google', issuer, clientId: 'shop', clientSecret: SECRET, redirectUris: [redirectUri] },
    ];
    shop = await Shop.open({ identityProviders });
    await shop.addTenant('subjects', { identityProviders, ssoCustomerIdentifierField: 'SUBJECT' });
  });
  afterAll(async () => {
    await shop.close();
    await provider.close();
  });
  afterEach(() => {
    provider.behavior = 'normal';
    provider.affectedPaths = /./;
  });

  const socialLogin = async (claims: Claims, tenant = 'shop', login = provider.addUser(claims)): Promise<Response> => {
    const redirect = await provider.logIn(login);
    const query = new URLSearchParams({ ...redirect }).toString();
    return (await shop.visitor(tenant)).send('POST', `/socialLogin?${query}`);
  };
  const profileOf = ({ body }: Response, tenant = 'shop'): Promise<Body> =>
    new ApiClient(shop, String(body.access_token), tenant).get('/me');
  const verified = (more: Claims = {}): Claims => ({ email: shop.person().email, email_verified: true, ...more });

  it('succeeds if the token endpoint takes two seconds', async () => {
    Object.assign(provider, { behavior: 'late', affectedPaths: /^\/token/ });
    expect((await socialLogin(verified())).status).toBe(200);
  });

  it('succeeds if members of the token response are null', async () => {
    Object.assign(provider, { behavior: 'nulls', affectedPaths: /^\/token/ });
    expect((await socialLogin(verified())).status).toBe(200);
  });

  it.each<[Claims, Body]>([
    [{ name: 'Ada Lovelace' }, { firstName: 'Ada', lastName: 'Lovelace' }],
    [{ name: 'Ada King Noel' }, { firstName: 'Ada King', lastName: 'Noel' }],
    [
      { name: 'Vincent van Gogh', family_name: 'van Gogh' },
      { firstName: 'Vincent', lastName: 'van Gogh' },
    ],
    [{ name: 'Ada' }, { firstName: 'Ada' }],
    [
      { name: 'A. L.', given_name: 'Ada', family_name: 'Lovelace' },
      { firstName: 'Ada', lastName: 'Lovelace' },
    ],
  ])('splits the name of %j if there is no given name', async (claims, names) => {
    const { firstName, lastName } = await profileOf(await socialLogin(verified(claims)));
    expect({ firstName, lastName }).toEqual({ lastName: undefined, ...names });
  });

  it('does not require userinfo from a provider that does not have it', async () => {
    Object.assign(provider, { behavior: 'missing', affectedPaths: /^\/me/ });
    const login = provider.addUser();
    const response = await socialLogin({}, 'subjects', login);
    expect(await profileOf(response, 'subjects')).toMatchObject({ accounts: [{ id: login, providerId: login }] });
    // The ID token has no address, which a new customer of this tenant requires.
    const { status, body } = await socialLogin(verified());
    expect([status, body.type]).toEqual([400, 'email_not_verified']);
  });

  it('finds a known customer without userinfo', async () => {
    const claims = verified();
    const login = provider.addUser(claims);
    const { id } = await profileOf(await socialLogin(claims, 'shop', login));
    Object.assign(provider, { behavior: 'missing', affectedPaths: /^\/me/ });
    expect(await profileOf(await socialLogin(claims, 'shop', login))).toMatchObject({ id });
  });
});
