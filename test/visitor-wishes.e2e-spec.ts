import { call, own } from './support/contexts.js';
import { IdentityProvider, SECRET } from './support/provider.js';
import { type Body, LoggedIn, Shop, Visitor } from './support/shop.js';

const swiss = { currency: 'CHF', siteCode: 'ch' };

describe('what a visitor came with', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', preferredCurrency: 'SEK', preferredSite: 'se' });
  });
  afterAll(() => shop.close());

  const arrived = async (query: Record<string, string> = swiss, tenant = shop.tenant): Promise<Visitor> =>
    new Visitor(shop, (await shop.anonymous(query, tenant)).access_token, tenant);
  const signedUp = async (visitor: Visitor, customerDetails?: Body): Promise<LoggedIn> => {
    const person = shop.person();
    const { id } = await visitor.post<{ id: string }>('/signup', 201, { ...person, customerDetails });
    return shop.logIn({ ...person, id });
  };
  const preferred = (customer: Visitor): Promise<Body> => customer.get('/me');

  it('is what a new customer prefers who says nothing', async () => {
    const ada = await signedUp(await arrived());
    expect(await preferred(ada)).toMatchObject({ preferredCurrency: 'CHF', preferredSite: 'ch' });
    const bob = await signedUp(await arrived(), { preferredCurrency: null, firstName: 'Bob' });
    expect(await preferred(bob)).toMatchObject({ preferredCurrency: 'CHF', preferredSite: 'ch' });
  });

  it('gives way to what the new customer says, each for itself', async () => {
    const ada = await signedUp(await arrived(), { preferredCurrency: 'EUR' });
    expect(await preferred(ada)).toMatchObject({ preferredCurrency: 'EUR', preferredSite: 'ch' });
    const bob = await signedUp(await arrived(), { preferredSite: 'de' });
    expect(await preferred(bob)).toMatchObject({ preferredCurrency: 'CHF', preferredSite: 'de' });
  });

  it('is what the visitor chose since', async () => {
    const visitor = await arrived();
    await call(visitor, 'PATCH', '/me/context', 204, { currency: 'GBP', metadata: { version: 1 } });
    const ada = await signedUp(visitor);
    expect(await preferred(ada)).toMatchObject({ preferredCurrency: 'GBP', preferredSite: 'ch' });
  });

  it('is nothing where it was not told, or is no currency', async () => {
    const defaults = { preferredCurrency: 'SEK', preferredSite: 'se' };
    expect(await preferred(await signedUp(await arrived({})))).toMatchObject(defaults);
    const strange = await arrived({ currency: 'francs', siteCode: '' });
    expect(await preferred(await signedUp(strange))).toMatchObject(defaults);
  });

  it('decides on the restriction with the site, where that follows the site', async () => {
    await shop.addTenant('limited', {
      ...{ preferredSite: 'SE', restrictions: ['CH', 'SE'] },
      enableSyncBetweenRestrictionsAndSiteCodes: true,
    });
    const staff = await shop.employee(undefined, 'limited');
    const restrictionOf = async (query: Record<string, string>, customerDetails?: Body): Promise<unknown> => {
      const visitor = await arrived(query, 'limited');
      const { id } = await visitor.post<{ id: string }>('/signup', 201, { ...shop.person(), customerDetails });
      return (await staff.get(`/customers/${id}`)).restriction;
    };
    expect(await restrictionOf({ siteCode: 'CH' })).toBe('CH');
    expect(await restrictionOf({ siteCode: 'DE' })).toBeNull();
    expect(await restrictionOf({})).toBe('SE');
    expect(await restrictionOf({ siteCode: 'CH' }, { preferredSite: 'SE' })).toBe('SE');
  });

  it('is what a customer of an identity provider prefers, too', async () => {
    const provider = await IdentityProvider.listen();
    try {
      const { issuer, redirectUri } = provider;
      const settings = { name: 'own', issuer, clientId: 'shop', clientSecret: SECRET, redirectUris: [redirectUri] };
      await shop.addTenant('social', { identityProviders: [settings] });
      const login = provider.know({ email: shop.person().email, email_verified: true });
      const logIn = async (query: Record<string, string>): Promise<Visitor> => {
        const back = new URLSearchParams({ ...(await provider.logIn(login)) }).toString();
        const answer = await (await arrived(query, 'social')).post<Body>(`/socialLogin?${back}`, 200);
        return new Visitor(shop, String(answer.access_token), 'social');
      };
      const made = { preferredCurrency: 'CHF', preferredSite: 'ch' };
      expect(await preferred(await logIn(swiss))).toMatchObject(made);
      expect(await preferred(await logIn({ currency: 'EUR', siteCode: 'de' }))).toMatchObject(made);
    } finally {
      await provider.close();
    }
  });

  it('gives way to the profile of who logs in; what was chosen stays', async () => {
    const ada = await signedUp(await arrived({}), { preferredCurrency: 'NOK', preferredSite: 'no' });
    expect(await own(await shop.logIn(ada, await arrived()))).toMatchObject({ currency: 'NOK', siteCode: 'no' });
    const visitor = await arrived();
    await call(visitor, 'PATCH', '/me/context', 204, { currency: 'GBP', metadata: { version: 1 } });
    expect(await own(await shop.logIn(ada, visitor))).toMatchObject({ currency: 'GBP', siteCode: 'no' });
  });
});
