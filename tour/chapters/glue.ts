import { randomUUID } from 'node:crypto';
import { containing, having, jwt, optional, text } from '../expectations.ts';
import { bearer, type Caller, type Storefront } from '../storefront.ts';
import { staffToken } from './authentication.ts';

const customers = '/customer/{tenant}/customers';

/** What the newcomer says; the rest is her e-mail and her password. */
const about = { firstName: 'Ada', lastName: 'Lovelace', gender: 'Female', salutation: 'Ms' };

interface Newcomer {
  /** The customer reference, such as DE--21. */
  id: string;
  email: string;
  password: string;
}

export async function glue(shop: Storefront): Promise<void> {
  const newcomer = await registration(shop);
  await activation(shop, newcomer);
  const caller = bearer('the customer', await logIn(shop, 'Now she logs in', newcomer));
  await addressBook(shop, newcomer, caller);
  await agent(shop, newcomer);
  await farewell(shop, newcomer, caller);
}

async function registration(shop: Storefront): Promise<Newcomer> {
  const email = `ada.${randomUUID().slice(0, 8)}@example.com`;
  const password = 'a long password';
  const attributes = { ...about, email, password, confirmPassword: password, acceptedTerms: true };
  const register = { call: 'POST /customers', resource: { type: 'customers', attributes } } as const;
  const made = { ...about, email, dateOfBirth: null, createdAt: text, updatedAt: text };
  const title = 'Somebody registers; nobody needs a token for it';
  const { data } = await shop.step(title, register, 201, {
    data: { type: 'customers', id: /^[A-Z0-9_]+--\d+$/, attributes: made, links: { self: /\/customers\/\w+--\d+$/ } },
  });
  await shop.step('One e-mail address, one account', register, 422, refusal('400', 422));
  return { id: data.id, email, password };
}

async function activation(shop: Storefront, { email, password }: Newcomer): Promise<void> {
  await refused(shop, 'Nobody logs in with an e-mail that is not confirmed', email, password);
  const registrationKey = await shop.mail('A mail brings the registration key', email, 'opt-in');
  const resource = { type: 'customer-confirmation', attributes: { registrationKey } };
  const confirm = { call: 'POST /customer-confirmation', resource } as const;
  await shop.step('The key confirms the e-mail', confirm, 204);
  await shop.step('The key works only once', confirm, 422, refusal('423', 422));
  await refused(shop, 'In this shop an employee must activate the account besides', email, password);

  const { access_token } = await staffToken(shop, 'The back office uses the Emporix API');
  const as = bearer('the employee', access_token);
  const find = { call: `POST ${customers}/search`, as, json: { q: `email:${email}` } } as const;
  const brief = { show: ['customerNumber', 'title', 'firstName', 'lastName'] };
  const title = 'It finds her there: the salutation is the title';
  const known = having({ customerNumber: text, title: 'MS', firstName: 'Ada', active: false });
  const [found] = await shop.step(title, find, 200, containing(known), brief);
  const activate = {
    call: `PATCH ${customers}/${found?.customerNumber ?? ''}`,
    as,
    json: { active: true },
  } as const;
  await shop.step('The employee activates the account', activate, 200);
  await shop.mail('She is told by mail', email, 'activated');
}

async function addressBook(shop: Storefront, { id, email }: Newcomer, as: Caller): Promise<void> {
  const sent = {
    ...{ salutation: 'Ms', firstName: 'Ada', lastName: 'Lovelace', address1: 'Platz der Republik', address2: '1' },
    ...{ zipCode: '11011', city: 'Berlin', iso2Code: 'DE', isDefaultShipping: false, isDefaultBilling: false },
  };
  const silent = { address3: null, company: null, phone: null, country: 'Germany' };
  const kept = { ...sent, ...silent, isDefaultShipping: true, isDefaultBilling: true };
  const book = `/customers/${id}/addresses` as const;
  const add = { call: `POST ${book}`, as, resource: { type: 'addresses', attributes: sent } } as const;
  const { data } = await shop.step('Her first address is the default, whatever was sent', add, 201, {
    data: { type: 'addresses', id: text, attributes: kept, links: { self: text } },
  });

  const read = { call: `GET /customers/${id}`, as, query: { include: 'addresses' } } as const;
  await shop.step('She reads herself, her addresses included', read, 200, {
    data: having({
      id,
      attributes: having({ ...about, email }),
      relationships: { addresses: { data: [{ type: 'addresses', id: data.id }] } },
    }),
    included: [having({ type: 'addresses', id: data.id, attributes: kept })],
  });
  const street = { contactName: 'Ada Lovelace', street: 'Platz der Republik', streetNumber: '1', country: 'DE' };
  await shop.step(
    'Her token is valid in the Emporix API too, and the address is the same',
    { call: 'GET /customer/{tenant}/me/addresses', as },
    200,
    containing(having({ id: data.id, ...street })),
    { show: Object.keys(street) },
  );
}

async function agent(shop: Storefront, { id, email }: Newcomer): Promise<void> {
  const { email: username, password } = shop.server.employee;
  const title = 'An employee comes into the storefront as an agent';
  const as = bearer('the agent', await tokenFor(shop, title, 'agent-access-tokens', { username, password }));
  const find = { call: 'GET /agent-customer-search', as, query: { q: email, 'page[limit]': '5' } } as const;
  const found = { customerReference: id, email, firstName: 'Ada', lastName: 'Lovelace' };
  await shop.step('The agent looks for a customer by a part of name, e-mail or reference', find, 200, {
    data: having({ type: 'agent-customer-search', id: null, attributes: { customers: [found] } }),
  });

  const type = 'agent-customer-impersonation-access-tokens';
  const token = await tokenFor(
    shop,
    'The agent gets a token of hers, which names the agent',
    type,
    {
      customerReference: id,
    },
    as,
  );
  const her = bearer('the agent in her place', token);
  const read = { call: `GET /customers/${id}`, as: her } as const;
  await shop.step('With it the agent sees what she sees', read, 200, { data: having({ id }) });
}

async function farewell(shop: Storefront, newcomer: Newcomer, as: Caller): Promise<void> {
  const { id, email, password } = newcomer;
  const newPassword = 'another long password';
  const attributes = { password, newPassword, confirmPassword: newPassword };
  const resource = { type: 'customer-password', attributes };
  await shop.step('She changes the password', { call: `PATCH /customer-password/${id}`, as, resource }, 204);
  await refused(shop, 'The old one is refused', email, password);
  const again = bearer('the customer', await logIn(shop, 'The new one is taken', { email, password: newPassword }));

  await shop.step('She leaves for good', { call: `DELETE /customers/${id}`, as: again }, 204);
  const read = { call: `GET /customers/${id}`, as: again } as const;
  await shop.step('Her token is dead', read, 401, refusal('001', 401));
  await refused(shop, 'The account is gone', email, newPassword);
}

async function logIn(shop: Storefront, title: string, { email, password }: Omit<Newcomer, 'id'>): Promise<string> {
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

async function refused(shop: Storefront, title: string, username: string, password: string): Promise<void> {
  const resource = { type: 'access-tokens', attributes: { username, password } };
  await shop.step(title, { call: 'POST /access-tokens', resource }, 401, refusal('003', 401));
}

const refusal = (code: string, status: number) => ({ errors: [{ code, status, detail: text }] });
