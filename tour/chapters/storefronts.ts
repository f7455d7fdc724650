import { having, optional, otherThan, text } from '../expectations.ts';
import { address } from '../john.ts';
import { bearer, type Storefront } from '../storefront.ts';
import { staffToken } from './authentication.ts';

const ownAddresses = '/customer/{tenant}/me/addresses';

/** Sends what storefronts of the vendor send beyond the tutorials. They start unchanged. */
export async function storefronts(shop: Storefront): Promise<void> {
  const { tenant, storefrontClientId: client_id, companyUser } = shop.server;
  const client = { 'hybris-tenant': tenant, client_id };
  const visit = await shop.step(
    'A storefront names the tenant `hybris-tenant`',
    { call: 'GET /customerlogin/auth/anonymous/login', query: client },
    200,
    having({ access_token: text, refresh_token: text, sessionId: text, scope: `tenant=${tenant}` }),
  );
  const visitor = bearer('the visitor', visit.access_token);
  const login = await shop.step(
    'A customer logs in',
    { call: 'POST /customer/{tenant}/login', as: visitor, json: companyUser },
    200,
    having({ access_token: text, refresh_token: text, session_id: visit.sessionId }),
    { show: ['session_id'] },
  );
  const customer = bearer('the customer', login.access_token);
  await shop.step(
    'The storefront reads the scopes of the token',
    { call: 'GET /iam/{tenant}/users/me/scopes', as: customer },
    200,
    { userId: text, scopes: new RegExp(`(^| )tenant=${tenant}( |$)`) },
  );
  await addresses(shop, login.access_token);

  const me = await shop.step(
    'The customer belongs to more than one company',
    { call: 'GET /customer/{tenant}/me', as: customer },
    200,
    having({ b2b: having({ legalEntities: [having({ id: text }), having({ id: text })] }) }),
    { show: ['b2b'] },
  );
  const { id: legalEntityId = '' } = me.b2b.legalEntities[1] ?? {};
  const switched = await shop.step(
    'The customer continues for another company',
    {
      call: 'GET /customer/{tenant}/refreshauthtoken',
      as: visitor,
      query: { refreshToken: login.refresh_token, legalEntityId },
    },
    200,
    having({ access_token: otherThan(login.access_token), session_id: visit.sessionId }),
    { show: ['session_id'] },
  );
  const context = { call: 'GET /session-context/{tenant}/me/context' } as const;
  const member = bearer('the customer', switched.access_token);
  await shop.step(
    'The session context names that company',
    { ...context, as: member },
    200,
    having({ sessionId: visit.sessionId, context: having({ legalEntityId }) }),
  );
  const logout = { as: member, query: { accessToken: switched.access_token } };
  await shop.step('HEAD of the logout changes nothing', { call: 'HEAD /customer/{tenant}/logout', ...logout }, 204);
  await shop.step('The customer logs out', { call: 'GET /customer/{tenant}/logout', ...logout }, 204);
  const back = await shop.step(
    'The visitor continues after the logout',
    {
      call: 'GET /customerlogin/auth/anonymous/refresh',
      query: { ...client, refresh_token: visit.refresh_token },
    },
    200,
    having({ access_token: otherThan(visit.access_token) }),
    { show: ['sessionId'] },
  );
  await shop.step(
    'The context of the visitor names no customer',
    { ...context, as: bearer('the visitor', back.access_token) },
    200,
    having({ customerId: optional('') }),
  );

  const employee = bearer('the employee', (await staffToken(shop, 'The back office gets a token')).access_token);
  await shop.step(
    'An older back office uses the prefix `caas-customer`',
    { call: 'GET /caas-customer/{tenant}/customers', as: employee, query: { q: companyUser.email } },
    200,
    [having({ email: companyUser.email })],
    { show: ['id', 'email'] },
  );
}

async function addresses(shop: Storefront, accessToken: string): Promise<void> {
  const as = bearer('the customer', accessToken);
  const sent = { ...address, country: 'main', firstName: '', lastName: '', contactEmail: '' };
  const create = { call: `POST ${ownAddresses}`, as, json: sent } as const;
  const { id } = await shop.step('An own address has a site code as its country', create, 201, { id: text });
  const one = `${ownAddresses}/${id}` as const;
  await shop.step('The country is stored as it is', { call: `GET ${one}`, as }, 200, having({ country: 'main' }), {
    show: ['id', 'country'],
  });
  const patch = { call: `PATCH ${one}`, as, json: { country: 'de', isDefault: null } } as const;
  await shop.step('A country code is sent in small letters', patch, [200, 204]);
  await shop.step('The code is stored in capitals', { call: `GET ${one}`, as }, 200, having({ country: 'DE' }), {
    show: ['id', 'country'],
  });
  const tag = { call: `POST ${one}/tags`, as, query: { tags: 'billing' }, emptyForm: true } as const;
  await shop.step('A request without a body has the type of a form', tag, 204);
  await shop.step('The address is deleted', { call: `DELETE ${one}`, as }, 204);
}
