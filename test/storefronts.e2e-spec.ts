import { type Response, type ApiClient, type Body, Shop } from './support/shop.js';
import { invalidAccessToken, validationError } from './support/responses.js';
import { databaseFingerprint } from './support/database-fingerprint.js';
import { expectErrorMessage } from './support/errors.js';
import { queriesOf, recordQueries } from './support/queries.js';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const ANONYMOUS = '/customerlogin/auth/anonymous';

/** Requests of storefronts that were written for the vendor's service, and start here unchanged. */
describe('a storefront of the vendor', () => {
  let shop: Shop;
  let statements: string[];
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', corsOrigins: ['https://acme.example'] });
    statements = await recordQueries(shop);
  });
  afterAll(() => shop.close());

  describe('that names the tenant hybris-tenant', () => {
    const query = 'hybris-tenant=shop&client_id=shop-storefront';

    it('gets and refreshes anonymous tokens', async () => {
      const login = await shop.send<{ refresh_token: string; sessionId: string }>('GET', `${ANONYMOUS}/login?${query}`);
      expect(login).toMatchObject({ status: 200, body: { scope: 'tenant=shop' } });
      const { refresh_token, sessionId } = login.body;
      const refresh = await shop.send('GET', `${ANONYMOUS}/refresh?refresh_token=${refresh_token}&${query}`);
      expect(refresh).toMatchObject({ status: 200, body: { sessionId } });
    });

    it('is allowed by the origins of the tenant', async () => {
      for (const [origin, allowed] of [
        ['https://acme.example', 'https://acme.example'],
        ['https://evil.example', undefined],
      ] as const) {
        const { headers } = await shop.send('GET', `${ANONYMOUS}/login?${query}`, { headers: { origin } });
        expect(headers['access-control-allow-origin']).toBe(allowed);
      }
    });

    it('gets an error if the tenant is unknown or missing', async () => {
      const { body } = await shop.send('GET', `${ANONYMOUS}/login?hybris-tenant=nowhere&client_id=shop-storefront`);
      expect(body).toMatchObject({ status: 400, type: 'bad_request' });
      const { body: missing } = await shop.send('GET', `${ANONYMOUS}/login?client_id=x`);
      expect(missing).toEqual(validationError('tenant'));
    });

    it('is logged in at the tenant that `tenant` names, if it sends both', async () => {
      const { body } = await shop.send(
        'GET',
        `${ANONYMOUS}/login?hybris-tenant=nowhere&tenant=shop&client_id=shop-storefront`,
      );
      expect(body).toMatchObject({ scope: 'tenant=shop' });
    });
  });

  describe("that sends a form's content type without a body", () => {
    it.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])(
      'adds tags to an address: %s',
      async (type) => {
        const ada = await shop.customer();
        const { id } = await ada.post<{ id: string }>('/me/addresses', 201, {});
        const headers = { 'content-type': type, 'content-length': '0' };
        const { status } = await ada.send('POST', `/me/addresses/${id}/tags?tags=billing`, { headers });
        expect(status).toBe(204);
        expect(await ada.get(`/me/addresses/${id}`)).toMatchObject({ tags: ['billing'] });
      },
    );

    it.each([
      ['/socialLogin?code=x', 'The tenant has no identity provider.'],
      ['/exchangeauthtoken?subjectAccessToken=x', 'config is required: the tenant has no default configuration'],
      ['/signup', 'email is required'],
    ])('gets the same response from POST %s as without a type', async (path, message) => {
      const visitor = await shop.visitor();
      const responses = [await visitor.send('POST', path), await visitor.send('POST', path, { headers: FORM })];
      for (const response of responses) {
        expectErrorMessage(response);
        expect(response.body.message).toBe(message);
      }
    });

    it('still cannot send a form', async () => {
      const visitor = await shop.visitor();
      expectErrorMessage(await visitor.send('POST', '/socialLogin?code=x', { headers: FORM, body: 'a=b' }), 415);
    });
  });

  describe('that uses the prefix caas-customer', () => {
    const sendToBoth = async (caller: ApiClient, method: string, path: string, body?: Body): Promise<Response[]> => {
      const headers = { authorization: `Bearer ${caller.token ?? ''}` };
      return Promise.all(
        ['customer', 'caas-customer'].map((prefix) => shop.send(method, `/${prefix}/shop${path}`, { body, headers })),
      );
    };

    it('manages customers and their addresses', async () => {
      const service = await shop.serviceClient();
      const headers = { authorization: `Bearer ${service.token ?? ''}` };
      const send = (method: string, path: string, body?: Body) =>
        shop.send<Body & { id: string }>(method, `/caas-customer/shop/customers${path}`, { body, headers });
      const { status, body } = await send('POST', '', { firstName: 'Ada' });
      expect(status).toBe(201);
      expect((await send('PATCH', `/${body.id}`, { lastName: 'Lovelace' })).status).toBe(200);
      const { status: added } = await send('PUT', `/${body.id}/addresses/A1`, { contactName: 'Ada' });
      expect(added).toBe(201);
      expect((await send('GET', `/${body.id}?expand=addresses`)).body).toEqual(
        await service.get(`/customers/${body.id}?expand=addresses`),
      );
      expect((await send('POST', '/search', { q: `id:${body.id}` })).body).toMatchObject([{ lastName: 'Lovelace' }]);
      expect((await send('GET', `/?q=id:${body.id}`)).body).toMatchObject([{ lastName: 'Lovelace' }]);
      expect((await send('DELETE', `/${body.id}`)).status).toBe(202);
      await service.get(`/customers/${body.id}`, 404);
    });

    it('gets the same errors', async () => {
      const [ada, reader] = [await shop.customer(), await shop.serviceClient('customer.customer_read')];
      for (const [caller, method, path, status] of [
        [shop.unauthenticated, 'GET', '/customers', 401],
        [ada, 'GET', '/customers', 403],
        [reader, 'POST', '/customers', 403],
        [reader, 'GET', '/customers/none', 404],
        [reader, 'GET', '/customers?pageSize=0', 400],
      ] as const) {
        const [current, deprecated] = await sendToBoth(caller, method, path, method === 'POST' ? {} : undefined);
        expect([deprecated?.status, deprecated?.body]).toEqual([status, current?.body]);
      }
      expect((await shop.send('GET', '/caas-customer/shop/customers')).body).toEqual(invalidAccessToken);
    });

    it('causes the same number of queries', async () => {
      const service = await shop.serviceClient();
      const { id } = await shop.signUp();
      const headers = { authorization: `Bearer ${service.token ?? ''}` };
      const countQueries = (prefix: string) =>
        queriesOf(shop, statements, () => shop.send('GET', `/${prefix}/shop/customers/${id}`, { headers }));
      expect(await countQueries('caas-customer')).toEqual(await countQueries('customer'));
      expect(statements.length).toBeGreaterThan(0);
    });

    it('shares the limits of the routes', async () => {
      const { headers: before } = await shop.send('GET', '/caas-customer/shop/customers');
      const { headers: after } = await shop.send('GET', '/customer/shop/customers');
      expect(Number(after['ratelimit-remaining'])).toBe(Number(before['ratelimit-remaining']) - 1);
    });

    it('finds nothing else below it, in the form of the Emporix API', async () => {
      const { token } = await shop.customer();
      const headers = { authorization: `Bearer ${token ?? ''}` };
      for (const path of ['/shop/me', '/shop/customersx', '/shop', '/shop/login/customers']) {
        expectErrorMessage(await shop.send('GET', `/caas-customer${path}`, { headers }), 404);
      }
    });
  });

  describe('that sends HEAD', () => {
    it.each(['/me', '/me/addresses', '/me/consents', '/me/sessions', '/validateauthtoken', '/customers'])(
      'gets the status and the headers of GET %s, and no body',
      async (path) => {
        const ada = await shop.customer();
        const [get, head] = [await ada.send('GET', path), await ada.send('HEAD', path)];
        expect(head).toMatchObject({ status: get.status, text: '' });
        for (const name of ['content-type', 'content-length', 'cache-control']) {
          expect([name, head.headers[name]]).toEqual([name, get.headers[name]]);
        }
      },
    );

    it.each(['/docs', '/docs/json', '/docs/glue/json', '/health/live', '/.well-known/jwks.json'])(
      'gets no body of %s',
      async (path) => {
        expect(await shop.send('HEAD', path)).toMatchObject({ status: 200, text: '' });
      },
    );

    it('changes nothing on routes whose GET changes something', async () => {
      const [ada, visitor, anonymous] = [await shop.customer(), await shop.visitor(), await shop.logInAnonymously()];
      await shop.addTenant('optin', { activation: 'email' });
      const [{ email, password }, newcomer] = [shop.person(), await shop.visitor('optin')];
      await newcomer.post('/signup', 201, { email, password });
      const { token } = await shop.mailTo(email, 'opt-in');
      const client = 'tenant=shop&client_id=shop-storefront';
      const before = await databaseFingerprint(shop);
      const heads = [
        await ada.send('HEAD', `/logout?accessToken=${ada.token ?? ''}`),
        await visitor.send('HEAD', `/refreshauthtoken?refreshToken=${ada.login.refresh_token}`),
        await newcomer.send('HEAD', `/signup/optin/${token}`),
        await shop.send('HEAD', `${ANONYMOUS}/login?${client}`),
        await shop.send('HEAD', `${ANONYMOUS}/refresh?${client}&refresh_token=${anonymous.refresh_token}`),
      ];
      expect(heads.map(({ status, text }) => [status, text])).toEqual([
        [204, ''],
        ...Array<unknown>(4).fill([200, '']),
      ]);
      expect(await databaseFingerprint(shop)).toEqual(before);
      await ada.get('/me');
      await newcomer.get(`/signup/optin/${token}`);
      expect((await shop.unauthenticated.send('HEAD', '/logout?accessToken=x')).status).toBe(401);
    });
  });
});
