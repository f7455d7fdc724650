import { call, getOwnContext } from './support/contexts.js';
import { IdentityProvider, SECRET } from './support/provider.js';
import { type Body, LoggedInCustomer, Shop, ApiClient } from './support/shop.js';

const swiss = { currency: 'CHF', siteCode: 'ch' };

describe('the preferences of a visitor', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', preferredCurrency: 'SEK', preferredSite: 'se' });
  });
  afterAll(() => shop.close());

  const newVisitor = async (query: Record<string, string> = swiss, tenant = shop.tenant): Promise<ApiClient> =>
    new ApiClient(shop, (await shop.logInAnonymously(query, tenant)).access_token, tenant);
  const signUpAndLogIn = async (visitor: ApiClient, customerDetails?: Body): Promise<LoggedInCustomer> => {
    const person = shop.person();
    const { id } = await visitor.post<{ id: string }>('/signup', 201, { ...person, customerDetails });
    return shop.logIn({ ...person, id });
  };
  const preferencesOf = (customer: ApiClient): Promise<Body> => customer.get('/me');

  it('become those of a new customer who sends none', async () => {
    const ada = await signUpAndLogIn(await newVisitor());
    expect(await preferencesOf(ada)).toMatchObject({ preferredCurrency: 'CHF', preferredSite: 'ch' });
    const bob = await signUpAndLogIn(await newVisitor(), { preferredCurrency: null, firstName: 'Bob' });
    expect(await preferencesOf(bob)).toMatchObject({ preferredCurrency: 'CHF', preferredSite: 'ch' });
  });

  it('are overridden individually by those in the sign-up', async () => {
    const ada = await signUpAndLogIn(await newVisitor(), { preferredCurrency: 'EUR' });
    expect(await preferencesOf(ada)).toMatchObject({ preferredCurrency: 'EUR', preferredSite: 'ch' });
    const bob = await signUpAndLogIn(await newVisitor(), { preferredSite: 'de' });
    expect(await preferencesOf(bob)).toMatchObject({ preferredCurrency: 'CHF', preferredSite: 'de' });
  });

  it('include later changes of the session context', async () => {
    const visitor = await newVisitor();
    await call(visitor, 'PATCH', '/me/context', 204, { currency: 'GBP', metadata: { version: 1 } });
    const ada = await signUpAndLogIn(visitor);
    expect(await preferencesOf(ada)).toMatchObject({ preferredCurrency: 'GBP', preferredSite: 'ch' });
  });

  it('fall back to the tenant defaults if absent or invalid', async () => {
    const defaults = { preferredCurrency: 'SEK', preferredSite: 'se' };
    expect(await preferencesOf(await signUpAndLogIn(await newVisitor({})))).toMatchObject(defaults);
    const invalid = await newVisitor({ currency: 'francs', siteCode: '' });
    expect(await preferencesOf(await signUpAndLogIn(invalid))).toMatchObject(defaults);
  });

  it('determine the restriction if restrictions follow the site', async () => {
    await shop.addTenant('limited', {
      ...{ preferredSite: 'SE', restrictions: ['CH', 'SE'] },
      enableSyncBetweenRestrictionsAndSiteCodes: true,
    });
    const staff = await shop.serviceClient(undefined, 'limited');
    const restrictionOf = async (query: Record<string, string>, customerDetails?: Body): Promise<unknown> => {
      const visitor = await newVisitor(query, 'limited');
      const { id } = await visitor.post<{ id: string }>('/signup', 201, { ...shop.person(), customerDetails });
      return (await staff.get(`/customers/${id}`)).restriction;
    };
    expect(await restrictionOf({ siteCode: 'CH' })).toBe('CH');
    expect(await restrictionOf({ siteCode: 'DE' })).toBeNull();
    expect(await restrictionOf({})).toBe('SE');
    expect(await restrictionOf({ siteCode: 'CH' }, { preferredSite: 'SE' })).toBe('SE');
  });

  it('become those of a new customer from an identity provider', async () => {
    const provider = await IdentityProvider.listen();
    try {
      const { issuer, redirectUri } = provider;
      const settings = { name: 'own', issuer, clientId: 'shop', clientSecret: SECRET, redirectUris: [redirectUri] };
      await shop.addTenant('social', { identityProviders: [settings] });
      const login = provider.addUser({ email: shop.person().email, email_verified: true });
      const logIn = async (query: Record<string, string>): Promise<ApiClient> => {
        const callback = new URLSearchParams({ ...(await provider.logIn(login)) }).toString();
        const response = await (await newVisitor(query, 'social')).post<Body>(`/socialLogin?${callback}`, 200);
        return new ApiClient(shop, String(response.access_token), 'social');
      };
      const expected = { preferredCurrency: 'CHF', preferredSite: 'ch' };
      expect(await preferencesOf(await logIn(swiss))).toMatchObject(expected);
      expect(await preferencesOf(await logIn({ currency: 'EUR', siteCode: 'de' }))).toMatchObject(expected);
    } finally {
      await provider.close();
    }
  });

  it('are replaced by the profile at login, except for values that the visitor changed', async () => {
    const ada = await signUpAndLogIn(await newVisitor({}), { preferredCurrency: 'NOK', preferredSite: 'no' });
    expect(await getOwnContext(await shop.logIn(ada, await newVisitor()))).toMatchObject({
      currency: 'NOK',
      siteCode: 'no',
    });
    const visitor = await newVisitor();
    await call(visitor, 'PATCH', '/me/context', 204, { currency: 'GBP', metadata: { version: 1 } });
    expect(await getOwnContext(await shop.logIn(ada, visitor))).toMatchObject({ currency: 'GBP', siteCode: 'no' });
  });
});
