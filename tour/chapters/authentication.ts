import { randomUUID } from 'node:crypto';
import {
  containing,
  decodeJwt,
  having,
  jwt,
  optional,
  otherThan,
  text,
  withOldNames,
  integer,
} from '../expectations.ts';
import * as john from '../john.ts';
import { bearer, type Caller, type Storefront } from '../storefront.ts';

/** The customer of the tutorial, for the later chapters. */
export interface Customer {
  id: string;
  email: string;
  password: string;
  visitor: Caller;
  caller: Caller;
}

const thirtyDays = 2_591_999;
const oneDay = 86_399;

export async function authentication(shop: Storefront): Promise<Customer> {
  const { tenant, storefrontClientId: client_id } = shop.server;
  const email = `john.doe.${randomUUID().slice(0, 8)}@example.com`;
  const password = 'password123';

  const first = await visit(shop, 'A visitor gets an anonymous token and a session');
  const { sessionId, refresh_token } = first;
  const again = await shop.step(
    'The anonymous token is refreshed; the session stays the same',
    { call: 'GET /customerlogin/auth/anonymous/refresh', query: { tenant, client_id, refresh_token } },
    200,
    { ...anonymousToken(tenant), access_token: otherThan(first.access_token), sessionId },
  );
  const visitor = bearer('the visitor', again.access_token);

  const b2b = { ...john.registration, legalEntities: [john.claimedLegalEntity] };
  const customerDetails = { ...john.details, middleName: '', contactEmail: email, b2b };
  const signUp = {
    call: 'POST /customer/{tenant}/signup',
    as: visitor,
    json: { email, password, customerDetails, customerAddress: john.address },
  } as const;
  const { id } = await shop.step('The visitor signs up', signUp, 201, { id: text });
  await shop.step('A second account with the same e-mail address is rejected', signUp, 409, {
    type: 'conflict_resource',
    status: 409,
    message: `Duplicate account '${email}' for tenant '${tenant}'.`,
  });
  await assertLoginRejected(
    shop,
    'A login is rejected before an employee has activated the account',
    visitor,
    email,
    password,
  );

  const { access_token } = await staffToken(shop, 'The back office gets a token');
  const employee = bearer('the employee', access_token);
  const account = `/customer/{tenant}/customers/${id}` as const;
  const activation = { active: true, onHold: false };
  const activate = { call: `PATCH ${account}`, as: employee, json: activation } as const;
  await shop.step('The employee activates the account', activate, 200);
  await shop.step(
    'The employee reads the active account',
    { call: `GET ${account}`, as: employee },
    200,
    having({ id, customerNumber: id, contactEmail: email, ...activation }),
    { show: ['customerNumber', 'contactEmail', 'active', 'onHold'] },
  );
  await shop.mail('The customer is notified by mail', email, 'activated');

  const customer = { id, email, password, visitor };
  const login = await logIn(shop, 'The customer logs in; the session id stays the same', customer, sessionId);
  const session = await shop.step(
    'The access token and the refresh token are refreshed',
    {
      call: 'GET /customer/{tenant}/refreshauthtoken',
      as: visitor,
      query: { refreshToken: login.refresh_token },
    },
    200,
    withOldNames({
      token_type: 'Bearer',
      access_token: otherThan(login.access_token),
      expires_in: thirtyDays,
      refresh_token: otherThan(login.refresh_token),
      refresh_token_expires_in: integer(1, oneDay),
      session_id: sessionId,
    }),
  );
  const caller = bearer('the customer', session.access_token);
  await shop.step('The token is validated', { call: 'GET /customer/{tenant}/validateauthtoken', as: caller }, 200, {
    token_type: 'Bearer',
    expires_in: integer(1, thirtyDays),
    scope: scopeOf(tenant),
    sessionId,
    email,
    legalEntityId: optional(text),
  });
  await assertLoginRejected(shop, 'A wrong password is rejected', visitor, email, 'not-his-password');

  const { kid } = decodeJwt(session.access_token).header as { kid: string };
  await shop.step(
    'The public key is published, so that other services can verify the token offline',
    { call: 'GET /.well-known/jwks.json' },
    200,
    having({ keys: containing(having({ kid, kty: text })) }),
  );
  return { ...customer, caller };
}

export async function visit(shop: Storefront, title: string) {
  const { tenant, storefrontClientId: client_id } = shop.server;
  const query = { tenant, client_id, currency: 'EUR', siteCode: 'main', language: 'EN', targetLocation: 'DE' };
  return shop.step(title, { call: 'GET /customerlogin/auth/anonymous/login', query }, 200, anonymousToken(tenant));
}

export async function staffToken(shop: Storefront, title: string) {
  const { tenant, serviceClientId: client_id, serviceClientSecret: client_secret } = shop.server;
  const form = { grant_type: 'client_credentials', client_id, client_secret };
  return shop.step(title, { call: 'POST /oauth/token', form }, 200, {
    access_token: text,
    token_type: 'Bearer',
    expires_in: 14_399,
    session_idle_time: 120,
    refresh_token: '',
    refresh_token_expires_in: 0,
    scope: scopeOf(tenant),
  });
}

type Person = Omit<Customer, 'caller'>;

export async function logIn(shop: Storefront, title: string, person: Person, sessionId: string) {
  const { id, email, password, visitor } = person;
  const call = { call: 'POST /customer/{tenant}/login', as: visitor, json: { email, password } } as const;
  return shop.step(
    title,
    call,
    200,
    withOldNames({
      token_type: 'Bearer',
      access_token: jwt({ kid: text }, {}),
      expires_in: thirtyDays,
      refresh_token: text,
      refresh_token_expires_in: oneDay,
      saas_token: jwt({ alg: 'HS256' }, { sub: id }),
      session_id: sessionId,
      initialPassword: false,
    }),
  );
}

export async function assertLoginRejected(
  shop: Storefront,
  title: string,
  visitor: Caller,
  email: string,
  password: string,
) {
  const call = { call: 'POST /customer/{tenant}/login', as: visitor, json: { email, password } } as const;
  await shop.step(title, call, [400, 401], having({ message: text }));
}

const scopeOf = (tenant: string) => new RegExp(`(^| )tenant=${tenant}( |$)`);

const anonymousToken = (tenant: string) => ({
  token_type: 'Bearer',
  access_token: text,
  expires_in: 3_599,
  refresh_token: text,
  refresh_token_expires_in: oneDay,
  sessionId: text,
  scope: `tenant=${tenant}`,
});
