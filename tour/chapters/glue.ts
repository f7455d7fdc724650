import { randomUUID } from 'node:crypto';
import { containing, having, jwt, optional, text } from '../expectations.ts';
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

export async function glue(shop: Storefront): Promise<void> {
  const customer = await registration(shop);
  await activation(shop, customer);
  const caller = bearer('the customer', await logIn(shop, 'The customer logs in', customer));
  await addressBook(shop, customer, caller);
  await agent(shop, customer);
  await deletion(shop, customer, caller);
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
  const title = 'An employee logs in to the storefront as an agent';
  const as = bearer('the agent', await tokenFor(shop, title, 'agent-access-tokens', { username, password }));
  const find = {
    call: 'GET /agent-customer-search',
    as,
    query: { q: email, 'page[offset]': '0', 'page[limit]': '5' },
  } as const;
  const found = { customerReference: id, email, firstName: 'Ada', lastName: 'Lovelace' };
  await shop.step('The agent searches for customers by the beginning of the name or e-mail', find, 200, {
    data: [having({ type: 'agent-customer-search', id: null, attributes: { customers: [found] } })],
  });

  const type = 'agent-customer-impersonation-access-tokens';
  const token = await tokenFor(
    shop,
    'The agent gets an impersonation token, which names the agent',
    type,
    {
      customerReference: id,
    },
    as,
  );
  const impersonating = bearer('the agent for the customer', token);
  const read = { call: `GET /customers/${id}`, as: impersonating } as const;
  await shop.step('The token reads the data of the customer', read, 200, { data: having({ id }) });
}

async function deletion(shop: Storefront, customer: NewCustomer, as: Caller): Promise<void> {
  const { id, email, password } = customer;
  const newPassword = 'another long password';
  const attributes = { password, newPassword, confirmPassword: newPassword };
  const resource = { type: 'customer-password', attributes };
  await shop.step('The customer changes the password', { call: `PATCH /customer-password/${id}`, as, resource }, 204);
  await assertLoginRejected(shop, 'The old password is rejected', email, password);
  const again = bearer(
    'the customer',
    await logIn(shop, 'The new password is accepted', { email, password: newPassword }),
  );

  await shop.step('The customer deletes the account', { call: `DELETE /customers/${id}`, as: again }, 204);
  const read = { call: `GET /customers/${id}`, as: again } as const;
  await shop.step('The token is revoked', read, 401, errorOf('001', 401));
  await assertLoginRejected(shop, 'The login of the deleted account is rejected', email, newPassword);
}

async function logIn(shop: Storefront, title: string, { email, password }: Omit<NewCustomer, 'id'>): Promise<string> {
  return tokenFor(shop, title, 'access-tokens', { username: email, password });
}

async function tokenFor(
  shop: Storefront,
  title: string,
  type: string,
  attributes: object,
  as?: Caller,
): Promise<string> {
  const tokens = having({ tokenType: 'Bearer', accessToken: jwt({ kid: text }, {}), refreshToken: optional(text) });
  const call = { call: `POST /${type}`, as, resource: { type, attributes } } as const;
  const { data } = await shop.step(title, call, 201, {
    data: { type, id: null, attributes: tokens, links: { self: text } },
  });
  return data.attributes.accessToken;
}

async function assertLoginRejected(shop: Storefront, title: string, username: string, password: string): Promise<void> {
  const resource = { type: 'access-tokens', attributes: { username, password } };
  await shop.step(title, { call: 'POST /access-tokens', resource }, 401, errorOf('003', 401));
}

const errorOf = (code: string, status: number) => ({ errors: [{ code, status, detail: text }] });
