import { RequestMethod } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { type CompanyUser, newCompanyUser, newCompanyWithUnits } from '../support/company-users.js';
import { Glue, type GlueClient, type GlueCustomer, newAddress, resource } from '../support/glue.js';
import { queriesOf, recordQueries } from '../support/queries.js';
import { activateEmail, postFactor, recoveryCodes, withCode } from '../support/second-factor.js';
import { type Body, Shop } from '../support/shop.js';

interface Fixture {
  shop: Shop;
  glue: Glue;
  ada: GlueCustomer;
  agent: GlueClient;
  /** The administrator of a company. */
  admin: CompanyUser;
  /** The id of one of her addresses. */
  address: string;
}

interface QueryCost {
  operation: string;
  note?: string;
  queries: number;
  /** Setup before the queries are counted. @returns the input of `act` */
  given?: (fixture: Fixture) => Promise<Body>;
  act: (fixture: Fixture, given: Body) => Promise<unknown>;
}

const PASSWORD = 'a long enough password';
const login = ({ email }: { email: string }, password = PASSWORD): Body => ({ username: email, password });
const form = (glue: Glue, fields: Record<string, string>): Promise<unknown> =>
  glue.unauthenticated.send('POST', '/token', {
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
const newCustomer = async ({ glue }: Fixture): Promise<Body> => ({ customer: await glue.customer() });
const addressPath = ({ address }: Fixture, { path }: GlueCustomer): string => `${path}/addresses/${address}`;

const addressesWithoutId = [
  ...['addresses', 'customers/:customerReference/addresses'],
  ...['customers//addresses', 'customers//addresses/:addressId'],
];

/**
 * The number of queries of each endpoint, including `begin` and `commit`. The query that checks the session also loads
 * a customer's own data and the reference to which a change must belong. Change a number only on purpose.
 */
const costs: QueryCost[] = [
  {
    operation: 'POST /access-tokens',
    queries: 2,
    act: ({ glue, ada }) => glue.unauthenticated.post('/access-tokens', 201, login(ada)),
  },
  {
    operation: 'POST /access-tokens',
    note: 'rejected',
    queries: 2,
    act: ({ glue, shop }) => glue.unauthenticated.post('/access-tokens', 401, login(shop.person(), 'a wrong guess')),
  },
  {
    operation: 'POST /access-tokens',
    note: 'rejected by the attribute rules',
    queries: 1,
    act: ({ glue, ada }) => glue.unauthenticated.post('/access-tokens', 422, { username: ada.email }),
  },
  ...['access-tokens', 'refresh-tokens'].map((path): QueryCost => ({
    operation: `GET /${path}`,
    queries: 0,
    act: ({ glue }) => glue.unauthenticated.get(`/${path}`),
  })),
  {
    operation: 'POST /refresh-tokens',
    queries: 1,
    given: newCustomer,
    act: ({ glue }, { customer }) => {
      const { refreshToken } = (customer as GlueCustomer).login;
      return glue.unauthenticated.post('/refresh-tokens', 201, { refreshToken });
    },
  },
  {
    operation: 'DELETE /refresh-tokens/:refreshToken',
    queries: 2,
    given: newCustomer,
    act: ({ ada }, { customer }) => ada.delete(`/refresh-tokens/${(customer as GlueCustomer).login.refreshToken}`),
  },
  {
    operation: 'DELETE /refresh-tokens/:refreshToken',
    note: 'with the id mine',
    queries: 6,
    given: newCustomer,
    act: (_fixture, { customer }) => (customer as GlueCustomer).delete('/refresh-tokens/mine'),
  },
  {
    operation: 'POST /token',
    queries: 2,
    act: ({ glue, ada }) => form(glue, { grant_type: 'password', username: ada.email, password: PASSWORD }),
  },
  {
    operation: 'POST /token',
    note: 'with a refresh token',
    queries: 1,
    given: newCustomer,
    act: ({ glue }, { customer }) =>
      form(glue, { grant_type: 'refresh_token', refresh_token: (customer as GlueCustomer).login.refreshToken }),
  },

  {
    operation: 'POST /customers',
    queries: 7,
    act: ({ glue }) => glue.unauthenticated.post('/customers', 201, glue.person()),
  },
  {
    operation: 'POST /customers',
    note: 'with the e-mail of a confirmed customer',
    queries: 9,
    act: ({ glue, ada: { email } }) => glue.unauthenticated.post('/customers', 422, glue.person({ email })),
  },
  { operation: 'GET /customers', queries: 1, act: ({ ada }) => ada.get('/customers') },
  { operation: 'GET /customers/:customerReference', queries: 1, act: ({ ada }) => ada.get(ada.path) },
  {
    operation: 'GET /customers/:customerReference',
    note: 'with include=addresses',
    queries: 1,
    act: ({ ada }) => ada.get(`${ada.path}?include=addresses`),
  },
  {
    operation: 'PATCH /customers/:customerReference',
    queries: 6,
    act: ({ ada, shop }) => ada.patch(ada.path, 200, { firstName: shop.person().email }),
  },
  {
    operation: 'PATCH /customers/:customerReference',
    note: 'with a new e-mail',
    queries: 17,
    act: ({ ada, shop }) => ada.patch(ada.path, 200, { email: shop.person().email }),
  },
  {
    operation: 'PATCH /customers/:customerReference',
    note: 'with the current e-mail',
    queries: 6,
    act: ({ ada, shop }) => ada.patch(ada.path, 200, { email: ada.email, firstName: shop.person().email }),
  },
  {
    operation: 'DELETE /customers/:customerReference',
    queries: 7,
    given: newCustomer,
    act: (_fixture, { customer }) => (customer as GlueCustomer).delete((customer as GlueCustomer).path),
  },
  {
    operation: 'POST /customer-confirmation',
    queries: 8,
    given: async ({ glue, shop }) => {
      const { email } = await glue.signUp();
      return { registrationKey: (await shop.mailTo(email, 'opt-in')).token };
    },
    act: ({ glue }, key) => glue.unauthenticated.post('/customer-confirmation', 204, key),
  },
  {
    operation: 'POST /customers/:customerReference/confirm-registration',
    queries: 9,
    given: async ({ glue, shop }) => {
      const { email } = await glue.signUp();
      return { registrationKey: (await shop.mailTo(email, 'opt-in')).token };
    },
    act: ({ glue }, key) => glue.unauthenticated.post('/customers/any/confirm-registration', 201, key),
  },
  {
    operation: 'POST /customer-email-confirmation',
    queries: 14,
    given: async ({ glue, shop }) => {
      const [ada, { email }] = [await glue.customer(), shop.person()];
      await ada.patch(ada.path, 200, { email });
      return { confirmationKey: (await shop.mailTo(email, 'email-change')).token };
    },
    act: ({ glue }, key) => glue.unauthenticated.post('/customer-email-confirmation', 204, key),
  },
  { operation: 'GET /customer-access', queries: 0, act: ({ glue }) => glue.unauthenticated.get('/customer-access') },
  {
    operation: 'GET /customer-access',
    note: 'with a token',
    queries: 1,
    act: ({ ada }) => ada.get('/customer-access'),
  },
  {
    operation: 'GET /health-check',
    queries: 1,
    act: ({ glue }) => glue.unauthenticated.get('/health-check'),
  },

  {
    operation: 'GET /customers/:customerReference/addresses',
    queries: 1,
    act: ({ ada }) => ada.get(`${ada.path}/addresses`),
  },
  {
    operation: 'POST /customers/:customerReference/addresses',
    queries: 3,
    act: ({ ada }) => ada.post(`${ada.path}/addresses`, 201, newAddress),
  },
  {
    operation: 'POST /customers/:customerReference/addresses',
    note: 'as the default for shipping and billing',
    queries: 8,
    act: ({ ada }) =>
      ada.post(`${ada.path}/addresses`, 201, { ...newAddress, isDefaultShipping: true, isDefaultBilling: true }),
  },
  {
    operation: 'GET /customers/:customerReference/addresses/:addressId',
    queries: 1,
    act: (fixture) => fixture.ada.get(addressPath(fixture, fixture.ada)),
  },
  {
    operation: 'PATCH /customers/:customerReference/addresses/:addressId',
    queries: 7,
    act: (fixture) => fixture.ada.patch(addressPath(fixture, fixture.ada), 200, { city: fixture.shop.person().email }),
  },
  {
    operation: 'DELETE /customers/:customerReference/addresses/:addressId',
    queries: 2,
    given: async ({ ada }) => ({ id: (await ada.post(`${ada.path}/addresses`, 201, newAddress)).data.id }),
    act: ({ ada }, { id }) => ada.delete(`${ada.path}/addresses/${String(id)}`),
  },

  {
    operation: 'PATCH /customer-password/:customerReference',
    queries: 10,
    given: newCustomer,
    act: (_fixture, { customer }) => {
      const { reference } = customer as GlueCustomer;
      const attributes = { password: PASSWORD, newPassword: PASSWORD, confirmPassword: PASSWORD };
      return (customer as GlueCustomer).patch(`/customer-password/${reference}`, 204, attributes);
    },
  },
  {
    operation: 'POST /customer-forgotten-password',
    queries: 6,
    act: ({ glue, ada: { email } }) => glue.unauthenticated.post('/customer-forgotten-password', 204, { email }),
  },
  {
    operation: 'POST /customer-forgotten-password',
    note: 'for an unconfirmed e-mail',
    queries: 6,
    given: async ({ glue }) => ({ email: (await glue.signUp()).email }),
    act: ({ glue }, attributes) => glue.unauthenticated.post('/customer-forgotten-password', 204, attributes),
  },
  {
    operation: 'POST /customer-forgotten-password',
    note: 'for an unknown e-mail',
    queries: 1,
    act: ({ glue, shop }) =>
      glue.unauthenticated.post('/customer-forgotten-password', 204, { email: shop.person().email }),
  },
  {
    operation: 'PATCH /customer-restore-password/:any',
    queries: 10,
    given: async ({ glue, shop }) => {
      const { email } = await glue.customer();
      await glue.unauthenticated.post('/customer-forgotten-password', 204, { email });
      return { restorePasswordKey: (await shop.mailTo(email, 'password-reset')).token };
    },
    act: ({ glue }, key) =>
      glue.unauthenticated.patch('/customer-restore-password/mine', 204, {
        ...key,
        password: PASSWORD,
        confirmPassword: PASSWORD,
      }),
  },

  {
    operation: 'POST /agent-access-tokens',
    queries: 7,
    given: async ({ shop }) => {
      const { email, password } = await shop.createEmployee('support');
      return login({ email }, password);
    },
    act: ({ glue }, attributes) => glue.unauthenticated.post('/agent-access-tokens', 201, attributes),
  },
  {
    operation: 'GET /agent-customer-search',
    queries: 2,
    act: ({ agent }) => agent.get('/agent-customer-search?q=ada'),
  },
  {
    operation: 'POST /agent-customer-impersonation-access-tokens',
    queries: 10,
    act: ({ agent, ada: { reference: customerReference } }) =>
      agent.post('/agent-customer-impersonation-access-tokens', 201, { customerReference }),
  },

  {
    operation: 'POST /company-user-access-tokens',
    queries: 5,
    act: ({ admin }) => admin.post('/company-user-access-tokens', 201, { idCompanyUser: admin.uuid }),
  },
  {
    operation: 'GET /company-users/mine',
    queries: 1,
    act: ({ admin }) => admin.get('/company-users/mine?include=companies,company-business-units,customers'),
  },
  { operation: 'GET /company-users', queries: 2, act: ({ admin }) => admin.get('/company-users?include=customers') },
  {
    operation: 'GET /company-users',
    note: 'a page',
    queries: 3,
    act: ({ admin }) => admin.get('/company-users?page[offset]=0&page[limit]=10'),
  },
  {
    operation: 'GET /company-users/:id',
    queries: 2,
    act: ({ admin }) => admin.get(`/company-users/${admin.uuid}`),
  },
  ...['companies', 'company-roles', 'company-business-units'].map((path): QueryCost => ({
    operation: `GET /${path}/mine`,
    queries: 1,
    act: ({ admin }) => admin.get(`/${path}/mine?include=companies,company-business-unit-addresses`),
  })),
  ...['companies', 'company-roles', 'company-business-units', 'company-business-unit-addresses'].map(
    (path): QueryCost => ({
      operation: `GET /${path}/:id`,
      queries: 1,
      act: ({ admin }) => admin.send('GET', `/${path}/${admin.uuid}`),
    }),
  ),
  ...['companies', 'company-roles', 'company-business-units', 'company-business-unit-addresses'].map(
    (path): QueryCost => ({ operation: `GET /${path}`, queries: 1, act: ({ admin }) => admin.send('GET', `/${path}`) }),
  ),
  { operation: 'GET /multi-factor-auth-types', queries: 2, act: ({ ada }) => ada.get('/multi-factor-auth-types') },
  ...Object.entries({ 'type-activate': 12, 'type-verify': 5, trigger: 2, 'type-deactivate': 5 }).map(
    ([name, queries]): QueryCost => ({
      operation: `POST /multi-factor-auth-${name}`,
      note: 'without a factor',
      queries,
      given: newCustomer,
      act: (_fixture, { customer }) => postFactor(customer as GlueCustomer, name, { type: 'email' }, '123456'),
    }),
  ),
  {
    operation: 'POST /multi-factor-auth-totp-secrets',
    queries: 6,
    given: async (fixture) => {
      const { customer } = await newCustomer(fixture);
      await postFactor(customer as GlueCustomer, 'type-activate', { type: 'totp' });
      return { customer };
    },
    act: (_fixture, { customer }) => postFactor(customer as GlueCustomer, 'totp-secrets'),
  },
  {
    operation: 'POST /multi-factor-auth-recovery-codes',
    queries: 10,
    given: async (fixture) => {
      const { customer } = await newCustomer(fixture);
      return { customer, code: await activateEmail(customer as GlueCustomer) };
    },
    act: (_fixture, { customer, code }) => recoveryCodes(customer as GlueCustomer, String(code)),
  },
  {
    operation: 'DELETE /customers/:customerReference',
    note: 'with a second factor',
    queries: 13,
    given: async (fixture) => {
      const { customer } = await newCustomer(fixture);
      return { customer, code: await activateEmail(customer as GlueCustomer) };
    },
    act: (_fixture, { customer, code }) => {
      const { path } = customer as GlueCustomer;
      return (customer as GlueCustomer).send('DELETE', path, { headers: withCode(String(code)) });
    },
  },
  ...['addresses', 'customers//addresses'].flatMap((path): QueryCost[] => [
    { operation: `GET /${path}`, queries: 1, act: ({ ada }) => ada.send('GET', `/${path}`) },
    {
      operation: `POST /${path}`,
      queries: 1,
      act: ({ ada }) => ada.send('POST', `/${path}`, { body: resource('addresses', newAddress) }),
    },
    { operation: `GET /${path}/:addressId`, queries: 1, act: ({ ada }) => ada.send('GET', `/${path}/x`) },
  ]),
  {
    operation: 'PATCH /addresses/:addressId',
    queries: 1,
    act: ({ ada }) => ada.send('PATCH', '/addresses/x', { body: resource('addresses', {}) }),
  },
  { operation: 'DELETE /addresses/:addressId', queries: 1, act: ({ ada }) => ada.send('DELETE', '/addresses/x') },

  ...['customers', ...addressesWithoutId, 'customer-password', 'customer-restore-password'].map((path): QueryCost => ({
    operation: `PATCH /${path}`,
    note: 'without an id',
    queries: 0,
    act: ({ ada }) => ada.send('PATCH', `/${path}`),
  })),
  ...['customers', ...addressesWithoutId, 'refresh-tokens'].map((path): QueryCost => ({
    operation: `DELETE /${path}`,
    note: 'without an id',
    queries: 0,
    act: ({ ada }) => ada.send('DELETE', `/${path}`),
  })),
];

/** The routes of the Glue controllers. */
function servedRoutes({ app }: Shop): string[] {
  const glue = [...app.get(ModulesContainer).values()].find(({ metatype }) => metatype.name === 'GlueModule');
  const controllers = [...(glue?.controllers.values() ?? [])].map(
    ({ metatype }) => metatype as abstract new () => object,
  );
  return controllers.flatMap((controller) => {
    const handlers = Object.values(Object.getOwnPropertyDescriptors(controller.prototype)).map(
      ({ value }) => value as object,
    );
    return handlers
      .filter((handler) => Reflect.hasMetadata('method', handler))
      .flatMap((handler) => {
        const method = RequestMethod[Reflect.getMetadata('method', handler) as RequestMethod];
        const base = Reflect.getMetadata('path', controller) as string;
        const paths = [Reflect.getMetadata('path', handler) as string | string[]].flat();
        return paths.map((path) => `${method} /${[base, path].filter((part) => part !== '/').join('/')}`);
      });
  });
}

describe('the number of queries', () => {
  let shop: Shop;
  let fixture: Fixture;
  let statements: string[];
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' }, { glueHealthCheck: true });
    statements = await recordQueries(shop);
    const glue = new Glue(shop);
    const ada = await glue.customer();
    const { data } = await ada.post(`${ada.path}/addresses`, 201, newAddress);
    const admin = await newCompanyUser(glue, (await newCompanyWithUnits(shop)).berlin, 'Admin');
    fixture = { shop, glue, ada, agent: await glue.agent(), admin, address: data.id };
  });
  afterAll(() => shop.close());

  it('is specified for every route of the Glue API', () => {
    const covered = new Set(costs.map(({ operation }) => operation));
    expect([...covered].sort()).toEqual(servedRoutes(shop).sort());
  });

  it.each(costs.map((line) => ({ ...line, title: [line.operation, line.note].filter(Boolean).join(', ') })))(
    'of $title is $queries',
    async ({ given, act, queries }) => {
      const before = (await given?.(fixture)) ?? {};
      const sent = await queriesOf(shop, statements, () => act(fixture, before));
      expect({ queries: sent.length, sent }).toEqual({ queries, sent });
    },
  );
});
