import { randomUUID } from 'node:crypto';
import { expectErrorMessage } from './support/errors.js';
import { type Claims, IdentityProvider, SECRET } from './support/provider.js';
import { rows } from './support/rows.js';
import { type Answer, type Body, type LoggedIn, Shop, Visitor } from './support/shop.js';

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

  const bring = async (login: string): Promise<Answer> => {
    const query = new URLSearchParams({ ...(await provider.logIn(login)) });
    return (await shop.visitor()).send('POST', `/socialLogin?${query.toString()}`);
  };
  /** Somebody known to the provider under that address. */
  const known = (email: string, more: Claims = {}): string => provider.know({ email, email_verified: true, ...more });

  const identitiesOf = (ada: Visitor): Promise<Body[]> => ada.get<Body[]>('/me/identities');

  const linked = async (ada: LoggedIn, login = known(ada.email)): Promise<string> => {
    await ada.post('/me/identities', 201, { password: ada.password, ...(await provider.logIn(login)) });
    return login;
  };

  describe('is not let in', () => {
    it('until the owner has confirmed it by mail, and then logs in', async () => {
      const ada = await shop.loggedIn();
      const login = known(ada.email.toUpperCase());
      const answer = await bring(login);
      expectErrorMessage(answer);
      expect(answer.body.type).toBe('confirmation_required');
      expect(await identitiesOf(ada)).toEqual([]);
      const mail = await shop.mailTo(ada.email, 'link-identity');
      expect(mail.text).toContain(`http://localhost:8080/identities/confirm?token=${mail.token}`);
      expectErrorMessage(await bring(login));

      const visitor = await shop.visitor();
      const { token } = await shop.mailTo(ada.email, 'link-identity');
      await visitor.post(CONFIRM, 400, { token: mail.token });
      await visitor.post(CONFIRM, 204, { token });
      await visitor.post(CONFIRM, 400, { token });
      const { status, body } = await bring(login);
      expect(status).toBe(200);
      expect(await new Visitor(shop, String(body.access_token)).get('/me')).toMatchObject({
        id: ada.id,
        accounts: [{ id: ada.email, providerId: 'google' }],
      });
    });

    it('nor by exchange', async () => {
      const ada = await shop.loggedIn();
      const query = `subjectAccessToken=${await provider.accessToken(known(ada.email))}`;
      expectErrorMessage(await (await shop.visitor()).send('POST', `/exchangeauthtoken?${query}`));
      await shop.mailTo(ada.email, 'link-identity');
    });

    it('by a mail of another time, or a token that was made up', async () => {
      const ada = await shop.loggedIn();
      await bring(known(ada.email));
      const { token } = await shop.mailTo(ada.email, 'link-identity');
      shop.later(DAY + 1);
      const visitor = await shop.visitor();
      await visitor.post(CONFIRM, 400, { token });
      await visitor.post(CONFIRM, 400, { token: randomUUID() });
      // The provider's tokens live in the time of the world.
      shop.later(-DAY - 1);
    });

    it('and nobody is asked, when the provider has not verified the address', async () => {
      const ada = await shop.loggedIn();
      const answer = await bring(known(ada.email, { email_verified: false }));
      expect([answer.status, answer.body.type]).toEqual([400, 'email_not_verified']);
      expect((await shop.mailsTo(ada.email)).map(({ kind }) => kind)).not.toContain('link-identity');
    });
  });

  it('takes the password from who set it before the owner came, and ends those sessions', async () => {
    // Eve signed up with Ada's address, which nobody confirmed.
    const eve = await shop.loggedIn();
    const login = known(eve.email);
    await bring(login);
    const { token } = await shop.mailTo(eve.email, 'link-identity');
    await (await shop.visitor()).post(CONFIRM, 204, { token });
    await eve.get('/me', 401);
    expectErrorMessage(
      await (await shop.visitor()).send('POST', '/login', { body: { email: eve.email, password: eve.password } }),
    );
    expect((await bring(login)).status).toBe(200);
  });

  it('leaves the password to who has confirmed the address', async () => {
    const ada = await shop.loggedIn();
    await rows(shop, 'update customers set confirmed_at = now() where id = $1', [ada.id]);
    await bring(known(ada.email));
    const { token } = await shop.mailTo(ada.email, 'link-identity');
    await (await shop.visitor()).post(CONFIRM, 204, { token });
    await ada.get('/me');
    await shop.logIn(ada);
  });

  describe('with the password', () => {
    it('is linked, under whatever address, and logs in', async () => {
      const ada = await shop.loggedIn();
      const login = await linked(ada, known(shop.person().email, { email_verified: false }));
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
      const { body } = await bring(login);
      expect((await new Visitor(shop, String(body.access_token)).get('/me')).id).toBe(ada.id);
      expect((await identitiesOf(ada))[0]?.lastLogin).toEqual(expect.any(String));
      await shop.logIn(ada);
    });

    it('is linked by a token of another system too', async () => {
      const ada = await shop.loggedIn();
      const subjectAccessToken = await provider.accessToken(known(ada.email));
      await ada.post('/me/identities', 201, { password: ada.password, subjectAccessToken });
      expect((await identitiesOf(ada)).map(({ providerId }) => providerId)).toEqual(['default']);
    });

    it('is not linked with a wrong one, and the provider is not asked', async () => {
      const ada = await shop.loggedIn();
      const brought = await provider.logIn(known(ada.email));
      const asked = provider.asked.length;
      await ada.post('/me/identities', 400, { password: 'a wrong guess', ...brought });
      await ada.post('/me/identities', 400, { password: ada.password });
      await ada.post('/me/identities', 400, { password: ada.password, ...brought, subjectAccessToken: 'x' });
      expect(provider.asked).toHaveLength(asked);
      await ada.post('/me/identities', 401, { password: ada.password, ...brought, code: 'made-up' });
      expect(await identitiesOf(ada)).toEqual([]);
    });

    it('is not linked twice, nor to two customers', async () => {
      const [ada, john] = [await shop.loggedIn(), await shop.loggedIn()];
      const login = await linked(ada);
      for (const one of [ada, john]) {
        await one.post('/me/identities', 409, { password: one.password, ...(await provider.logIn(login)) });
      }
      expect(await identitiesOf(john)).toEqual([]);
    });
  });

  describe('is unlinked', () => {
    const only = async (ada: Visitor): Promise<string> => String((await identitiesOf(ada))[0]?.id);

    it('while there is a password, and then is a stranger', async () => {
      const ada = await shop.loggedIn();
      const login = await linked(ada);
      const { body } = await bring(login);
      await ada.delete(`/me/identities/${await only(ada)}`);
      await new Visitor(shop, String(body.access_token)).get('/me', 401);
      await ada.get('/me');
      expectErrorMessage(await bring(login));
      expect((await ada.get('/me')).accounts).toEqual([{ id: ada.email }]);
    });

    it('never when it is the only way to log in', async () => {
      const { body } = await bring(known(shop.person().email));
      const ada = new Visitor(shop, String(body.access_token));
      await ada.delete(`/me/identities/${await only(ada)}`, 400);
      expect(await identitiesOf(ada)).toHaveLength(1);
    });

    it('down to one, also of two at once', async () => {
      const { body } = await bring(known(shop.person().email));
      const ada = new Visitor(shop, String(body.access_token));
      const { id } = await ada.get('/me');
      await rows(
        shop,
        `insert into identities (tenant, issuer, subject, id, customer_id, provider, created_at)
         values ('shop', 'https://second.test', $1, $2, $1, 'second', now())`,
        [id, randomUUID()],
      );
      const both = await identitiesOf(ada);
      expect(both).toHaveLength(2);
      const answers = await Promise.all(both.map((one) => ada.send('DELETE', `/me/identities/${String(one.id)}`)));
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 400]);
      expect(await identitiesOf(ada)).toHaveLength(1);
    });

    it('by its customer alone', async () => {
      const [ada, john] = [await shop.loggedIn(), await shop.loggedIn()];
      await linked(ada);
      for (const id of [await only(ada), randomUUID(), 'x']) {
        expectErrorMessage(await john.send('DELETE', `/me/identities/${id}`), 404);
      }
      expect(await identitiesOf(ada)).toHaveLength(1);
    });
  });

  it('is the business of the customer in person', async () => {
    const ada = await shop.loggedIn();
    const staff = await shop.staff('support');
    const login = await staff.post('/assistedbuying/login', 200, { customerNumber: ada.id });
    const acting = new Visitor(shop, String(login.accessToken));
    await acting.get('/me');
    await acting.get('/me/identities', 403);
    await acting.post('/me/identities', 403, { password: ada.password, code: 'x' });
    await acting.delete(`/me/identities/${randomUUID()}`, 403);
  });
});
