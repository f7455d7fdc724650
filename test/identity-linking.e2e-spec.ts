import { randomUUID } from 'node:crypto';
import { expectErrorMessage } from './support/errors.js';
import { type Claims, IdentityProvider, SECRET } from './support/provider.js';
import { rows } from './support/rows.js';
import { type Response, type Body, type LoggedInCustomer, Shop, ApiClient } from './support/shop.js';
import { ownEvents } from './support/timeline.js';

const DAY = 24 * 3600;
const CONFIRM = '/me/identities/confirm';

describe('a login at an identity provider whose e-mail address has an account', () => {
  let shop: Shop;
  let provider: IdentityProvider;
  beforeAll(async () => {
    provider = await IdentityProvider.listen();
    const { issuer, redirectUri } = provider;
    const common = { issuer, clientId: 'shop', clientSecret: SECRET, redirectUris: [redirectUri] };
    shop = await Shop.open({
      identityProviders: [
        { name: 'google', ...common },
        { name: 'auth0', ...common },
      ],
      tokenExchange: { default: { jwks: `${issuer}/jwks`, issuer } },
    });
  });
  afterAll(async () => {
    await shop.close();
    await provider.close();
  });

  const logInWith = async (login: string): Promise<Response> => {
    const query = new URLSearchParams({ ...(await provider.logIn(login)) });
    return (await shop.visitor()).send('POST', `/socialLogin?${query.toString()}`);
  };
  /** Creates a login at the provider with that address. */
  const newLogin = (email: string, more: Claims = {}): string =>
    provider.addUser({ email, email_verified: true, ...more });

  const identitiesOf = (ada: ApiClient): Promise<Body[]> => ada.get<Body[]>('/me/identities');

  const linkLogin = async (ada: LoggedInCustomer, login = newLogin(ada.email)): Promise<string> => {
    await ada.post('/me/identities', 201, { password: ada.password, ...(await provider.logIn(login)) });
    return login;
  };

  describe('is rejected', () => {
    it('until the owner has confirmed it by mail', async () => {
      const ada = await shop.customer();
      const login = newLogin(ada.email.toUpperCase());
      const response = await logInWith(login);
      expectErrorMessage(response);
      expect(response.body.type).toBe('confirmation_required');
      expect(await identitiesOf(ada)).toEqual([]);
      const mail = await shop.mailTo(ada.email, 'link-identity');
      expect(mail.text).toContain(`http://localhost:8080/identities/confirm?token=${mail.token}`);
      expectErrorMessage(await logInWith(login));

      const visitor = await shop.visitor();
      const { token } = await shop.mailTo(ada.email, 'link-identity');
      await visitor.post(CONFIRM, 400, { token: mail.token });
      await visitor.post(CONFIRM, 204, { token });
      await visitor.post(CONFIRM, 400, { token });
      const { status, body } = await logInWith(login);
      expect(status).toBe(200);
      expect(await new ApiClient(shop, String(body.access_token)).get('/me')).toMatchObject({
        id: ada.id,
        accounts: [{ id: ada.email, providerId: login }],
      });
    });

    it('by a token exchange, too', async () => {
      const ada = await shop.customer();
      const query = `subjectAccessToken=${await provider.accessToken(newLogin(ada.email))}`;
      expectErrorMessage(await (await shop.visitor()).send('POST', `/exchangeauthtoken?${query}`));
      await shop.mailTo(ada.email, 'link-identity');
    });

    it('after a confirmation with an expired or unknown token', async () => {
      const ada = await shop.customer();
      await logInWith(newLogin(ada.email));
      const { token } = await shop.mailTo(ada.email, 'link-identity');
      shop.advanceClock(DAY + 1);
      const visitor = await shop.visitor();
      await visitor.post(CONFIRM, 400, { token });
      await visitor.post(CONFIRM, 400, { token: randomUUID() });
      // The provider's tokens use the real time.
      shop.advanceClock(-DAY - 1);
    });

    it('without a confirmation mail if the provider has not verified the address', async () => {
      const ada = await shop.customer();
      const response = await logInWith(newLogin(ada.email, { email_verified: false }));
      expect([response.status, response.body.type]).toEqual([400, 'email_not_verified']);
      expect((await shop.mailsTo(ada.email)).map(({ kind }) => kind)).not.toContain('link-identity');
    });
  });

  it('removes a password that was set before the owner confirmed the address, and ends its sessions', async () => {
    // Eve signed up with Ada's address, which is unconfirmed.
    const eve = await shop.customer();
    const login = newLogin(eve.email);
    await logInWith(login);
    const { token } = await shop.mailTo(eve.email, 'link-identity');
    await (await shop.visitor()).post(CONFIRM, 204, { token });
    await eve.get('/me', 401);
    expectErrorMessage(
      await (await shop.visitor()).send('POST', '/login', { body: { email: eve.email, password: eve.password } }),
    );
    expect((await logInWith(login)).status).toBe(200);
  });

  it('keeps the password if the address was already confirmed', async () => {
    const ada = await shop.customer();
    await rows(shop, 'update customers set confirmed_at = now() where id = $1', [ada.id]);
    await logInWith(newLogin(ada.email));
    const { token } = await shop.mailTo(ada.email, 'link-identity');
    await (await shop.visitor()).post(CONFIRM, 204, { token });
    await ada.get('/me');
    await shop.logIn(ada);
  });

  describe('with the password', () => {
    it('is linked regardless of its address, and can log in', async () => {
      const ada = await shop.customer();
      const login = await linkLogin(ada, newLogin(shop.person().email, { email_verified: false }));
      expect(await identitiesOf(ada)).toEqual([
        {
          id: expect.any(String),
          providerId: 'google',
          issuer: provider.issuer,
          subject: login,
          createdAt: expect.any(String),
          lastLogin: null,
        },
      ]);
      const { body } = await logInWith(login);
      expect((await new ApiClient(shop, String(body.access_token)).get('/me')).id).toBe(ada.id);
      expect((await identitiesOf(ada))[0]?.lastLogin).toEqual(expect.any(String));
      await shop.logIn(ada);
    });

    it('is linked by a subject access token, too', async () => {
      const ada = await shop.customer();
      const subjectAccessToken = await provider.accessToken(newLogin(ada.email));
      await ada.post('/me/identities', 201, { password: ada.password, subjectAccessToken });
      expect((await identitiesOf(ada)).map(({ providerId }) => providerId)).toEqual(['default']);
    });

    it('is not linked with a wrong one, and the provider is not called', async () => {
      const ada = await shop.customer();
      const callback = await provider.logIn(newLogin(ada.email));
      const callsBefore = provider.requestedPaths.length;
      await ada.post('/me/identities', 400, { password: 'a wrong guess', ...callback });
      await ada.post('/me/identities', 400, { password: ada.password });
      await ada.post('/me/identities', 400, { password: ada.password, ...callback, subjectAccessToken: 'x' });
      expect(provider.requestedPaths).toHaveLength(callsBefore);
      await ada.post('/me/identities', 401, { password: ada.password, ...callback, code: 'unknown' });
      expect(await identitiesOf(ada)).toEqual([]);
    });

    it('is not linked twice, nor to two customers', async () => {
      const [ada, john] = [await shop.customer(), await shop.customer()];
      const login = await linkLogin(ada);
      for (const one of [ada, john]) {
        await one.post('/me/identities', 409, { password: one.password, ...(await provider.logIn(login)) });
      }
      expect(await identitiesOf(john)).toEqual([]);
    });
  });

  describe('is unlinked', () => {
    const firstIdentityId = async (ada: ApiClient): Promise<string> => String((await identitiesOf(ada))[0]?.id);

    it('if there is a password, and can then no longer log in', async () => {
      const ada = await shop.customer();
      const login = await linkLogin(ada);
      const { body } = await logInWith(login);
      await ada.delete(`/me/identities/${await firstIdentityId(ada)}`);
      await new ApiClient(shop, String(body.access_token)).get('/me', 401);
      await ada.get('/me');
      expectErrorMessage(await logInWith(login));
      expect((await ada.get('/me')).accounts).toEqual([{ id: ada.email }]);
      expect(await ownEvents(await shop.serviceClient(), ada.id)).toEqual([
        { action: 'identity_unlinked', changes: { fields: ['google'] } },
        { action: 'identity_linked', changes: { fields: ['google'] } },
      ]);
    });

    it('but not if it is the only way to log in', async () => {
      const { body } = await logInWith(newLogin(shop.person().email));
      const ada = new ApiClient(shop, String(body.access_token));
      await ada.delete(`/me/identities/${await firstIdentityId(ada)}`, 400);
      expect(await identitiesOf(ada)).toHaveLength(1);
    });

    it('but not the last one, also in concurrent requests', async () => {
      const { body } = await logInWith(newLogin(shop.person().email));
      const ada = new ApiClient(shop, String(body.access_token));
      const { id } = await ada.get('/me');
      await rows(
        shop,
        `insert into identities (tenant, issuer, subject, id, customer_id, provider, created_at)
         values ('shop', 'https://second.test', $1, $2, $1, 'second', now())`,
        [id, randomUUID()],
      );
      const both = await identitiesOf(ada);
      expect(both).toHaveLength(2);
      const responses = await Promise.all(both.map((one) => ada.send('DELETE', `/me/identities/${String(one.id)}`)));
      expect(responses.map(({ status }) => status).sort()).toEqual([204, 400]);
      expect(await identitiesOf(ada)).toHaveLength(1);
    });

    it('only by its own customer', async () => {
      const [ada, john] = [await shop.customer(), await shop.customer()];
      await linkLogin(ada);
      for (const id of [await firstIdentityId(ada), randomUUID(), 'x']) {
        expectErrorMessage(await john.send('DELETE', `/me/identities/${id}`), 404);
      }
      expect(await identitiesOf(ada)).toHaveLength(1);
    });
  });

  it('is not accessible to an employee who impersonates the customer', async () => {
    const ada = await shop.customer();
    const staff = await shop.employee('support');
    const login = await staff.post('/assistedbuying/login', 200, { customerNumber: ada.id });
    const acting = new ApiClient(shop, String(login.accessToken));
    await acting.get('/me');
    await acting.get('/me/identities', 403);
    await acting.post('/me/identities', 403, { password: ada.password, code: 'x' });
    await acting.delete(`/me/identities/${randomUUID()}`, 403);
  });
});
