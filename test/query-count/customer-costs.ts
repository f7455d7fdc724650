import type { Body, LoggedInCustomer } from '../support/shop.js';
import type { QueryCost, Fixture } from './query-cost.js';

const reset = async ({ shop, visitor, ada }: Fixture): Promise<Body> => {
  await visitor.post('/password/reset', 204, { email: ada.email });
  return { token: (await shop.mailTo(ada.email, 'password-reset')).token };
};

/** Operations for visitors, customers and the operator. */
export const customerCosts: QueryCost[] = [
  {
    operation: 'GET /.well-known/jwks.json',
    queries: 0,
    act: ({ shop }) => shop.send('GET', '/.well-known/jwks.json'),
  },
  {
    operation: 'GET /.well-known/oauth-authorization-server',
    queries: 0,
    act: ({ shop }) => shop.send('GET', '/.well-known/oauth-authorization-server'),
  },
  {
    operation: 'GET /.well-known/openid-configuration',
    queries: 0,
    act: ({ shop }) => shop.send('GET', '/.well-known/openid-configuration'),
  },
  { operation: 'GET /health/live', queries: 0, act: ({ shop }) => shop.send('GET', '/health/live') },
  { operation: 'GET /health/ready', queries: 1, act: ({ shop }) => shop.send('GET', '/health/ready') },

  { operation: 'GET /customerlogin/auth/anonymous/login', queries: 1, act: ({ shop }) => shop.logInAnonymously() },
  {
    operation: 'GET /customerlogin/auth/anonymous/refresh',
    queries: 1,
    act: ({ shop, anonymous }) =>
      shop.send(
        'GET',
        `/customerlogin/auth/anonymous/refresh?tenant=shop&client_id=shop-storefront&refresh_token=${anonymous.refresh_token}`,
      ),
  },
  {
    operation: 'GET /customerlogin/auth/anonymous/refresh',
    note: 'with the deprecated anonymous_token',
    queries: 1,
    act: ({ shop, anonymous }) =>
      shop.send(
        'GET',
        `/customerlogin/auth/anonymous/refresh?tenant=shop&client_id=shop-storefront&anonymous_token=${anonymous.access_token}`,
      ),
  },
  { operation: 'POST /oauth/token', queries: 4, act: ({ shop }) => shop.requestToken() },
  {
    operation: 'POST /oauth/revoke',
    queries: 1,
    given: async ({ shop }) => ({ token: (await shop.employee()).token }),
    act: ({ shop }, { token }) => shop.send('POST', '/oauth/revoke', { body: { client_id: 'shop-storefront', token } }),
  },
  {
    operation: 'POST /oauth/introspect',
    queries: 1,
    act: ({ shop, ada }) => shop.introspect(ada.login.access_token),
  },

  {
    operation: 'POST /customer/{tenant}/signup',
    queries: 1,
    act: ({ shop, visitor }) => visitor.post('/signup', 201, { ...shop.person() }),
  },
  {
    operation: 'POST /customer/{tenant}/signup',
    note: 'with an address',
    queries: 4,
    act: ({ shop, visitor }) =>
      visitor.post('/signup', 201, { ...shop.person(), customerAddress: { contactName: 'Ada' } }),
  },
  {
    operation: 'POST /customer/{tenant}/login',
    queries: 2,
    act: ({ visitor, ada: { email, password } }) => visitor.post('/login', 200, { email, password }),
  },
  {
    operation: 'POST /customer/{tenant}/login',
    note: 'rejected',
    queries: 3,
    act: ({ visitor, ada: { email } }) => visitor.post('/login', 400, { email, password: 'a wrong guess' }),
  },
  {
    operation: 'GET /customer/{tenant}/refreshauthtoken',
    note: "with the customer's Bearer token",
    queries: 1,
    act: ({ ada }) => ada.get(`/refreshauthtoken?refreshToken=${ada.login.refresh_token}`),
  },
  {
    operation: 'GET /customer/{tenant}/refreshauthtoken',
    note: 'with an anonymous Bearer token',
    queries: 1,
    given: async ({ shop, ada }) => ({ ...(await shop.logIn(ada)).login }),
    act: ({ visitor }, { refresh_token }) => visitor.get(`/refreshauthtoken?refreshToken=${String(refresh_token)}`),
  },
  {
    operation: 'GET /iam/{tenant}/users/me/scopes',
    queries: 1,
    act: ({ shop, ada }) =>
      shop.send('GET', '/iam/shop/users/me/scopes', { headers: { authorization: `Bearer ${ada.token}` } }),
  },
  {
    operation: 'GET /customer/{tenant}/validateauthtoken',
    queries: 1,
    act: ({ ada }) => ada.get('/validateauthtoken'),
  },
  {
    operation: 'GET /customer/{tenant}/logout',
    queries: 1,
    given: async ({ shop, ada }) => ({ session: await shop.logIn(ada) }),
    act: (_fixture, { session }) => {
      const { login, ...rest } = session as LoggedInCustomer;
      return (session as LoggedInCustomer).get(`/logout?accessToken=${rest.token ?? login.access_token}`, 204);
    },
  },
  {
    operation: 'GET /customer/{tenant}/signup/optin/{token}',
    note: 'rejected',
    queries: 4,
    act: ({ visitor }) => visitor.get('/signup/optin/unknown', 400),
  },
  {
    operation: 'POST /customer/{tenant}/signup/optin/refresh_token',
    note: 'for an unknown e-mail',
    queries: 2,
    act: ({ visitor, newEmail }) => visitor.post('/signup/optin/refresh_token', 202, { email: newEmail() }),
  },

  { operation: 'GET /customer/{tenant}/me', queries: 1, act: ({ ada }) => ada.get('/me') },
  {
    operation: 'GET /customer/{tenant}/me',
    note: 'as a visitor',
    queries: 1,
    act: ({ visitor }) => visitor.get('/me'),
  },
  {
    operation: 'GET /customer/{tenant}/me',
    note: 'with expand=addresses',
    queries: 1,
    act: ({ ada }) => ada.get('/me?expand=addresses'),
  },
  {
    operation: 'PATCH /customer/{tenant}/me',
    queries: 5,
    act: ({ ada, newEmail }) => ada.patch('/me', 200, { firstName: newEmail() }),
  },
  {
    operation: 'PUT /customer/{tenant}/me',
    queries: 5,
    act: ({ ada, newEmail }) => ada.put('/me', 200, { firstName: newEmail() }),
  },

  { operation: 'GET /customer/{tenant}/me/addresses', queries: 1, act: ({ ada }) => ada.get('/me/addresses') },
  {
    operation: 'GET /customer/{tenant}/me/addresses/{addressId}',
    queries: 1,
    act: ({ ada, address }) => ada.get(`/me/addresses/${address}`),
  },
  {
    operation: 'POST /customer/{tenant}/me/addresses',
    queries: 1,
    act: ({ ada }) => ada.post('/me/addresses', 201, { city: 'Berlin' }),
  },
  {
    operation: 'POST /customer/{tenant}/me/addresses',
    note: 'as the default',
    queries: 5,
    act: ({ ada }) => ada.post('/me/addresses', 201, { city: 'Berlin', isDefault: true }),
  },
  {
    operation: 'PATCH /customer/{tenant}/me/addresses/{addressId}',
    queries: 5,
    act: ({ ada, address, newEmail }) => ada.patch(`/me/addresses/${address}`, 200, { street: newEmail() }),
  },
  {
    operation: 'PUT /customer/{tenant}/me/addresses/{addressId}',
    queries: 5,
    act: ({ ada, address, newEmail }) => ada.put(`/me/addresses/${address}`, 200, { street: newEmail() }),
  },
  {
    operation: 'DELETE /customer/{tenant}/me/addresses/{addressId}',
    queries: 2,
    given: ({ ada }) => ada.post('/me/addresses', 201, {}),
    act: ({ ada }, { id }) => ada.delete(`/me/addresses/${String(id)}`),
  },
  {
    operation: 'POST /customer/{tenant}/me/addresses/{addressId}/tags',
    queries: 5,
    act: ({ ada, address }) => ada.post(`/me/addresses/${address}/tags?tags=NEW`, 204),
  },
  {
    operation: 'DELETE /customer/{tenant}/me/addresses/{addressId}/tags',
    queries: 5,
    act: ({ ada, address }) => ada.delete(`/me/addresses/${address}/tags?tags=NEW`),
  },

  {
    operation: 'POST /customer/{tenant}/password/reset',
    queries: 7,
    act: ({ visitor, ada: { email } }) => visitor.post('/password/reset', 204, { email }),
  },
  {
    operation: 'POST /customer/{tenant}/password/reset',
    note: 'for an unknown e-mail',
    queries: 2,
    act: ({ visitor, newEmail }) => visitor.post('/password/reset', 204, { email: newEmail() }),
  },
  {
    operation: 'POST /customer/{tenant}/password/reset/update',
    queries: 11,
    given: reset,
    act: ({ visitor, ada: { password } }, { token }) =>
      visitor.post('/password/reset/update', 204, { token, password }),
  },
  {
    operation: 'POST /customer/{tenant}/password/change',
    queries: 10,
    given: async ({ shop, ada }) => ({ session: await shop.logIn(ada) }),
    act: (_fixture, { session }) => {
      const customer = session as LoggedInCustomer;
      const body = { currentPassword: customer.password, newPassword: customer.password };
      return customer.post('/password/change', 204, body);
    },
  },
  {
    operation: 'POST /customer/{tenant}/me/accounts/internal/email/change',
    queries: 12,
    given: async ({ shop, ada }) => ({ session: await shop.logIn(ada) }),
    act: ({ newEmail }, { session }) => {
      const { email, password } = session as LoggedInCustomer;
      const body = { email, password, newEmail: newEmail() };
      return (session as LoggedInCustomer).post('/me/accounts/internal/email/change', 204, body);
    },
  },
  {
    operation: 'POST /customer/{tenant}/me/accounts/internal/email/change/confirm',
    queries: 11,
    given: async ({ shop, newEmail }) => {
      const john = await shop.customer();
      const email = newEmail();
      const body = { email: john.email, password: john.password, newEmail: email };
      await john.post('/me/accounts/internal/email/change', 204, body);
      return { token: (await shop.mailTo(email, 'email-change')).token };
    },
    act: ({ visitor }, { token }) => visitor.post('/me/accounts/internal/email/change/confirm', 204, { token }),
  },

  {
    operation: 'POST /customer/{tenant}/me/accounts/internal/email/change/undo',
    queries: 20,
    given: async ({ shop, visitor, newEmail }) => {
      const john = await shop.customer();
      await visitor.post('/password/reset', 204, { email: john.email });
      const { token } = await shop.mailTo(john.email, 'password-reset');
      await visitor.post('/password/reset/update', 204, { token, password: john.password });
      const [session, email] = [await shop.logIn(john), newEmail()];
      const path = '/me/accounts/internal/email/change';
      await session.post(path, 204, { password: john.password, newEmail: email });
      await visitor.post(`${path}/confirm`, 204, { token: (await shop.mailTo(email, 'email-change')).token });
      return { token: (await shop.mailTo(john.email, 'email-changed')).token };
    },
    act: ({ visitor }, { token }) => visitor.post('/me/accounts/internal/email/change/undo', 204, { token }),
  },

  {
    operation: 'POST /customer/{tenant}/socialLogin',
    note: 'rejected',
    queries: 1,
    act: ({ visitor }) => visitor.post('/socialLogin?code=unknown', 400),
  },
  {
    operation: 'POST /customer/{tenant}/exchangeauthtoken',
    note: 'rejected',
    queries: 1,
    act: ({ visitor }) => visitor.post('/exchangeauthtoken?subjectAccessToken=unknown', 400),
  },
  {
    operation: 'GET /customer/{tenant}/me/identities',
    queries: 2,
    given: async ({ shop }) => ({ john: await shop.customer() }),
    act: (_fixture, { john }) => (john as LoggedInCustomer).get('/me/identities'),
  },
  {
    operation: 'POST /customer/{tenant}/me/identities',
    note: 'rejected after the correct password',
    queries: 3,
    given: async ({ shop }) => ({ john: await shop.customer() }),
    act: (_fixture, { john }) => {
      const { password } = john as LoggedInCustomer;
      return (john as LoggedInCustomer).post('/me/identities', 400, { password, code: 'unknown' });
    },
  },
  {
    operation: 'POST /customer/{tenant}/me/identities/confirm',
    note: 'rejected',
    queries: 4,
    act: ({ visitor }) => visitor.post('/me/identities/confirm', 400, { token: 'unknown' }),
  },
  {
    operation: 'DELETE /customer/{tenant}/me/identities/{identityId}',
    note: 'with an unknown id',
    queries: 5,
    given: async ({ shop }) => ({ john: await shop.customer() }),
    act: (_fixture, { john }) =>
      (john as LoggedInCustomer).delete('/me/identities/00000000-0000-4000-8000-000000000000', 404),
  },

  {
    operation: 'GET /customer/{tenant}/me/sessions',
    queries: 1,
    given: async ({ shop }) => ({ eve: await shop.customer() }),
    act: (_fixture, { eve }) => (eve as LoggedInCustomer).get('/me/sessions'),
  },
  {
    operation: 'DELETE /customer/{tenant}/me/sessions',
    queries: 6,
    given: async ({ shop }) => ({ eve: await shop.customer() }),
    act: (_fixture, { eve }) => (eve as LoggedInCustomer).delete('/me/sessions'),
  },
  {
    operation: 'DELETE /customer/{tenant}/me/sessions/{sessionId}',
    queries: 2,
    given: async ({ shop }) => {
      const eve = await shop.customer();
      const [session] = await eve.get<Body[]>('/me/sessions');
      return { eve, id: session?.id };
    },
    act: (_fixture, { eve, id }) => (eve as LoggedInCustomer).delete(`/me/sessions/${String(id)}`),
  },

  {
    operation: 'POST /customer/{tenant}/me/export',
    note: 'one query for each list',
    queries: 23,
    given: async ({ shop }) => ({ eve: await shop.customer() }),
    act: (_fixture, given) => {
      const eve = given.eve as LoggedInCustomer;
      return eve.post('/me/export', 200, { password: eve.password });
    },
  },
  {
    operation: 'POST /customer/{tenant}/me/erasure',
    queries: 9,
    given: async ({ shop }) => ({ eve: await shop.customer() }),
    act: (_fixture, given) => {
      const eve = given.eve as LoggedInCustomer;
      return eve.post('/me/erasure', 204, { password: eve.password });
    },
  },
  {
    operation: 'POST /customer/{tenant}/me/erasure/request',
    queries: 8,
    given: async ({ shop }) => ({ eve: await shop.customer() }),
    act: (_fixture, { eve }) => (eve as LoggedInCustomer).post('/me/erasure/request', 204),
  },
  {
    operation: 'POST /customer/{tenant}/erasure/confirm',
    queries: 8,
    given: async ({ shop }) => {
      const eve = await shop.customer();
      await eve.post('/me/erasure/request', 204);
      return { token: (await shop.mailTo(eve.email, 'erasure')).token };
    },
    act: ({ visitor }, { token }) => visitor.post('/erasure/confirm', 204, { token }),
  },
];
