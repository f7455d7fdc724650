import { randomUUID } from 'node:crypto';
import { containing, flag, having, jwt, listOf, otherThan, text } from '../expectations.ts';
import { bearer, type Caller, type Storefront } from '../storefront.ts';
import { staffToken } from './authentication.ts';

const customers = '/customer/{tenant}/customers';

/** The attributes of the new customer, besides the e-mail and the password. */
const attributesOfAda = { firstName: 'Ada', lastName: 'Lovelace', gender: 'Female', salutation: 'Ms' };

interface NewCustomer {
  /** The customer reference, such as DE--21. */
  id: string;
  email: string;
  password: string;
}

interface Tokens {
  accessToken: string;
  refreshToken: string;
}

export async function glue(shop: Storefront): Promise<void> {
  const customer = await registration(shop);
  await activation(shop, customer);
  const caller = await logIn(shop, 'The customer logs in', customer);
  await addressBook(shop, customer, caller);
  await agent(shop, customer);
  await secondFactor(shop, customer, caller);
  const withNewEmail = { ...customer, email: await emailChange(shop, customer, caller) };
  await companyUser(shop);
  await deletion(shop, withNewEmail, caller);
}

async function registration(shop: Storefront): Promise<NewCustomer> {
  const email = `ada.${randomUUID().slice(0, 8)}@example.com`;
  const password = 'a long password';
  const attributes = { ...attributesOfAda, email, password, confirmPassword: password, acceptedTerms: true };
  const register = { call: 'POST /customers', resource: { type: 'customers', attributes } } as const;
  const made = { ...attributesOfAda, email, dateOfBirth: null, createdAt: text, updatedAt: text };
  const title = 'A customer signs up, without a token';
  const { data } = await shop.step(title, register, 201, {
    data: { type: 'customers', id: /^[A-Z0-9_]+--\d+$/, attributes: made, links: { self: /\/customers\/\w+--\d+$/ } },
  });
  await shop.step('A second account with the same e-mail address is rejected', register, 422, errorOf('400', 422));
  return { id: data.id, email, password };
}

async function activation(shop: Storefront, { email, password }: NewCustomer): Promise<void> {
  await assertLoginRejected(shop, 'A login is rejected before the e-mail is confirmed', email, password);
  const registrationKey = await shop.mail('A mail contains the registration key', email, 'opt-in');
  const resource = { type: 'customer-confirmation', attributes: { registrationKey } };
  const confirm = { call: 'POST /customer-confirmation', resource } as const;
  await shop.step('The key confirms the e-mail', confirm, 204);
  await shop.step('The key can be used only once', confirm, 422, errorOf('423', 422));
  await assertLoginRejected(shop, 'A login is rejected before an employee has activated the account', email, password);

  const { access_token } = await staffToken(shop, 'The back office uses the Emporix API');
  const as = bearer('the employee', access_token);
  const find = { call: `POST ${customers}/search`, as, json: { q: `email:${email}` } } as const;
  const brief = { show: ['customerNumber', 'title', 'firstName', 'lastName'] };
  const title = 'It finds the customer; the salutation is the title';
  const known = having({ customerNumber: text, title: 'MS', firstName: 'Ada', active: false });
  const [found] = await shop.step(title, find, 200, containing(known), brief);
  const activate = {
    call: `PATCH ${customers}/${found?.customerNumber ?? ''}`,
    as,
    json: { active: true },
  } as const;
  await shop.step('The employee activates the account', activate, 200);
  await shop.mail('The customer is notified by mail', email, 'activated');
}

async function addressBook(shop: Storefront, { id, email }: NewCustomer, as: Caller): Promise<void> {
  const sent = {
    ...{ salutation: 'Ms', firstName: 'Ada', lastName: 'Lovelace', address1: 'Platz der Republik', address2: '1' },
    ...{ zipCode: '11011', city: 'Berlin', iso2Code: 'DE', isDefaultShipping: false, isDefaultBilling: false },
  };
  const defaults = { address3: null, company: null, phone: null, country: 'Germany' };
  const stored = { ...sent, ...defaults, isDefaultShipping: true, isDefaultBilling: true };
  const book = `/customers/${id}/addresses` as const;
  const add = { call: `POST ${book}`, as, resource: { type: 'addresses', attributes: sent } } as const;
  const { data } = await shop.step('The first address is the default, although the request says otherwise', add, 201, {
    data: { type: 'addresses', id: text, attributes: stored, links: { self: text } },
  });

  const read = { call: `GET /customers/${id}`, as, query: { include: 'addresses' } } as const;
  await shop.step('The customer reads the profile with the addresses', read, 200, {
    data: having({
      id,
      attributes: having({ ...attributesOfAda, email }),
      relationships: { addresses: { data: [{ type: 'addresses', id: data.id }] } },
    }),
    included: [having({ type: 'addresses', id: data.id, attributes: stored })],
  });
  const street = { contactName: 'Ada Lovelace', street: 'Platz der Republik', streetNumber: '1', country: 'DE' };
  await shop.step(
    'The token is valid in the Emporix API too, which returns the same address',
    { call: 'GET /customer/{tenant}/me/addresses', as },
    200,
    containing(having({ id: data.id, ...street })),
    { show: Object.keys(street) },
  );
}

async function agent(shop: Storefront, { id, email }: NewCustomer): Promise<void> {
  const { email: username, password } = shop.server.employee;
  const login = await tokensFor(shop, 'An employee logs in to the storefront as an agent', 'agent-access-tokens', {
    attributes: { username, password },
    scopes: ['agent'],
  });
  const refreshed = await refresh(shop, 'The agent refreshes the token and remains an agent', login, ['agent']);
  const as = bearer('the agent', refreshed.accessToken);
  const find = {
    call: 'GET /agent-customer-search',
    as,
    query: { q: email, 'page[offset]': '0', 'page[limit]': '5' },
  } as const;
  const found = { customerReference: id, email, firstName: 'Ada', lastName: 'Lovelace' };
  await shop.step('The agent searches for customers by the beginning of the name or e-mail', find, 200, {
    data: [having({ type: 'agent-customer-search', id: null, attributes: { customers: [found] } })],
    links: { self: text, first: text, last: text },
  });

  const type = 'agent-customer-impersonation-access-tokens';
  const impersonation = ['customer_impersonation', 'customer'];
  const title = 'The agent gets an impersonation token, which names the agent';
  const tokens = await tokensFor(shop, title, type, {
    attributes: { customerReference: id },
    scopes: impersonation,
    as,
  });
  const next = await refresh(shop, 'The agent refreshes it and still acts for the customer', tokens, impersonation);
  const impersonating = bearer('the agent for the customer', next.accessToken);
  const read = { call: `GET /customers/${id}`, as: impersonating } as const;
  await shop.step('The token reads the data of the customer', read, 200, { data: having({ id }) });
}

async function secondFactor(shop: Storefront, { id, email }: NewCustomer, as: Caller): Promise<void> {
  const post = (type: string, code?: string) =>
    ({
      call: `POST /multi-factor-auth-${type}`,
      as,
      code,
      resource: { type: `multi-factor-auth-${type}`, attributes: { type: 'email' } },
    }) as const;
  await shop.step('The customer activates a second factor', post('type-activate'), 204);
  const code = await shop.mailedCode('A mail contains the code', email);
  await shop.step('The code completes the activation', post('type-verify', code), 204);
  const list = { call: 'GET /multi-factor-auth-types', as } as const;
  const status = { type: 'email', status: 'activated' };
  const typeOf = (attributes: object) => having({ type: 'multi-factor-auth-types', id: null, attributes });
  await shop.step('The second factor is active', list, 200, {
    data: containing(typeOf(status)),
    links: { self: text },
  });

  const resource = { type: 'customers', attributes: { firstName: 'Augusta' } };
  const change = { call: `PATCH /customers/${id}`, as, resource } as const;
  await shop.step('A change of the profile requires a code', change, 403, errorOf('5900', 403));
  const wrong = { ...change, code: code === '000000' ? '111111' : '000000' };
  await shop.step('A wrong code is rejected', wrong, 403, errorOf('5901', 403));
  await shop.step('The mailed code is valid for 30 minutes, for several changes', { ...change, code }, 200, {
    data: having({ id, attributes: having({ firstName: 'Augusta' }) }),
  });
  await shop.step('The customer deactivates the second factor', post('type-deactivate', code), 204);
}

/** @returns the new e-mail */
async function emailChange(shop: Storefront, { id, email }: NewCustomer, as: Caller): Promise<string> {
  const newEmail = `augusta.${randomUUID().slice(0, 8)}@example.com`;
  const change = {
    call: `PATCH /customers/${id}`,
    as,
    resource: { type: 'customers', attributes: { email: newEmail } },
  } as const;
  const profileWith = (current: string) => ({ data: having({ id, attributes: having({ email: current }) }) });
  const title = 'A change of the e-mail is pending until the customer confirms it';
  await shop.step(title, change, 200, profileWith(email));
  await shop.mail('The old address gets a notice', email, 'email-change-notice');
  const confirmationKey = await shop.mail('The new address gets a mail with a key', newEmail, 'email-change');
  const resource = { type: 'customer-email-confirmation', attributes: { confirmationKey } };
  await shop.step('The key confirms the new e-mail', { call: 'POST /customer-email-confirmation', resource }, 204);
  const read = { call: `GET /customers/${id}`, as } as const;
  await shop.step('The e-mail is changed, and the token is still valid', read, 200, profileWith(newEmail));
  return newEmail;
}

async function companyUser(shop: Storefront): Promise<void> {
  const { email: username, password } = shop.server.companyUser;
  const login = await tokensFor(shop, 'A customer of a company logs in as the default company user', 'access-tokens', {
    attributes: { username, password },
    scopes: ['company_user'],
    current: text,
  });
  const admin = bearer('the company user', login.accessToken);
  const own = { call: 'GET /company-users/mine', as: admin, query: { include: 'company-business-units' } } as const;
  const unit = having({ type: 'company-business-units', id: text });
  const { data } = await shop.step('The customer has a company user in each of two business units', own, 200, {
    data: listOf(having({ type: 'company-users', id: text, attributes: { isActive: true, isDefault: flag } })),
    included: listOf(unit),
    links: { self: text },
  });
  const all = { call: 'GET /company-users', as: admin } as const;
  const companyUsers = { data: containing(having({ type: 'company-users' })), links: { self: text } };
  await shop.step('An Admin lists the company users of the company', all, 200, companyUsers);

  const idCompanyUser = data.find(({ id }) => id !== login.idCompanyUser)?.id ?? '';
  const switched = await tokensFor(
    shop,
    'The customer switches to the other company user',
    'company-user-access-tokens',
    {
      attributes: { idCompanyUser },
      scopes: ['company_user'],
      as: admin,
    },
  );
  const as = bearer('the other company user', switched.accessToken);
  const company = having({ type: 'companies', attributes: having({ isActive: true, status: 'approved' }) });
  await shop.step('The company is the same', { call: 'GET /companies/mine', as }, 200, {
    data: [company],
    links: { self: text },
  });
  await shop.step('The role of this company user does not permit the list', { ...all, as }, 403, errorOf('1405', 403));
}

async function deletion(shop: Storefront, customer: NewCustomer, as: Caller): Promise<void> {
  const { id, email, password } = customer;
  const newPassword = 'another long password';
  const attributes = { password, newPassword, confirmPassword: newPassword };
  const resource = { type: 'customer-password', attributes };
  await shop.step('The customer changes the password', { call: `PATCH /customer-password/${id}`, as, resource }, 204);
  await assertLoginRejected(shop, 'The old password is rejected', email, password);
  const again = await logIn(shop, 'The new password is accepted', { email, password: newPassword });

  await shop.step('The customer deletes the account', { call: `DELETE /customers/${id}`, as: again }, 204);
  const read = { call: `GET /customers/${id}`, as: again } as const;
  await shop.step('The token is revoked', read, 401, errorOf('001', 401));
  await assertLoginRejected(shop, 'The login of the deleted account is rejected', email, newPassword);
}

async function logIn(shop: Storefront, title: string, customer: Omit<NewCustomer, 'id'>): Promise<Caller> {
  const attributes = { username: customer.email, password: customer.password };
  const { accessToken } = await tokensFor(shop, title, 'access-tokens', {
    attributes,
    scopes: ['customer'],
    current: null,
  });
  return bearer('the customer', accessToken);
}

async function refresh(shop: Storefront, title: string, { refreshToken }: Tokens, scopes: string[]): Promise<Tokens> {
  const next = { attributes: { refreshToken }, scopes, refreshToken: otherThan(refreshToken) };
  return tokensFor(shop, title, 'refresh-tokens', next);
}

interface TokenRequest {
  attributes: object;
  /** The claim `scopes` of the access token. */
  scopes: string[];
  as?: Caller;
  refreshToken?: typeof text;
  /** The expected company user, in the response to a login. */
  current?: typeof text | null;
}

async function tokensFor(
  shop: Storefront,
  title: string,
  type: string,
  { attributes, scopes, as, refreshToken = text, current }: TokenRequest,
): Promise<Tokens & { idCompanyUser?: string | null }> {
  const tokens = {
    ...{ tokenType: 'Bearer', expiresIn: 28_800, accessToken: jwt({ kid: text }, { scopes }), refreshToken },
    ...(current !== undefined && { idCompanyUser: current }),
  };
  const call = { call: `POST /${type}`, as, resource: { type, attributes } } as const;
  const { data } = await shop.step(title, call, 201, {
    data: { type, id: null, attributes: tokens, links: { self: text } },
  });
  return data.attributes;
}

async function assertLoginRejected(shop: Storefront, title: string, username: string, password: string): Promise<void> {
  const resource = { type: 'access-tokens', attributes: { username, password } };
  await shop.step(title, { call: 'POST /access-tokens', resource }, 401, errorOf('003', 401));
}

const errorOf = (code: string, status: number) => ({ errors: [{ code, status, detail: text }] });
