import { randomUUID } from 'node:crypto';
import { containing, having, inAnyOrder, listOf, optional, text, whole } from '../expectations.ts';
import * as john from '../john.ts';
import { bearer, invalidToken, type Caller, type Storefront } from '../storefront.ts';
import { logIn, staffToken, visit } from './authentication.ts';

const customers = '/customer/{tenant}/customers';
const loyalty = { points: 250, tier: 'gold' };

interface Subject {
  id: string;
  email: string;
  employee: Caller;
}

export async function staff(shop: Storefront): Promise<void> {
  const { access_token } = await staffToken(shop, 'The back office gets a token of its own');
  const key = randomUUID().slice(0, 8);
  const subject = { id: `C-${key}`, email: `j.doe.${key}@example.com`, employee: bearer('the employee', access_token) };
  await creation(shop, subject);
  const customer = await activation(shop, subject);
  await search(shop, subject);
  await farewell(shop, subject, customer);
}

async function creation(shop: Storefront, { id, email, employee }: Subject): Promise<void> {
  const json = { id, ...john.details, contactEmail: email, b2b: john.registration };
  const create = { call: `POST ${customers}`, as: employee, json } as const;
  await shop.step('The employee makes a customer, under a number of the own choice', create, 201, { id });
  await shop.step('One number, one customer', create, 409, having({ status: 409, message: text }));

  const book = `${customers}/${id}/addresses` as const;
  const add = { call: `POST ${book}`, as: employee, json: john.address } as const;
  const { id: addressId } = await shop.step('The employee adds an address', add, 201, { id: text });
  const tag = { call: `POST ${book}/${addressId}/tags`, as: employee, query: { tags: 'CUSTOM' } } as const;
  await shop.step('The address gets one more tag', tag, 204);
  const extend = { call: `PATCH ${customers}/${id}`, as: employee, mergePatch: { mixins: { loyalty } } } as const;
  await shop.step('A mixin keeps what only this shop wants to know', extend, 200);
}

/** @returns the customer, who has set a password and logged in */
async function activation(shop: Storefront, { id, email, employee }: Subject): Promise<Caller> {
  const json = { active: true, onHold: false };
  const activate = { call: `PATCH ${customers}/${id}`, as: employee, json } as const;
  await shop.step('The employee activates the account', activate, 200);
  await shop.mail('The customer is told by mail', email, 'activated');
  const token = await shop.mail('Another mail asks for a password to be set', email, 'initial-password');

  const first = await visit(shop, 'The customer comes to the shop');
  const visitor = bearer('the visitor', first.access_token);
  const password = 'password123';
  const set = { call: 'POST /customer/{tenant}/password/reset/update', as: visitor } as const;
  await shop.step('The token in the mail sets it', { ...set, json: { token, password } }, 204);
  const login = await logIn(shop, 'The customer logs in', { id, email, password, visitor }, first.sessionId);
  return bearer('the customer', login.access_token);
}

async function search(shop: Storefront, { id, email, employee }: Subject): Promise<void> {
  const address = having({ ...john.address, tags: inAnyOrder(...john.address.tags, 'CUSTOM'), isDefault: true });
  const known = {
    ...john.details,
    id,
    customerNumber: id,
    email,
    reference: text,
    contactEmail: email,
    accounts: [{ id: email, providerId: optional(text) }],
    businessModel: /^B2[BC]$/,
    b2b: { ...john.registration, legalEntities: listOf(having({ id: text, contactAssignmentId: text })) },
    type: 'CUSTOMER',
    active: true,
    onHold: false,
    restriction: optional(null),
    metadata: { mixins: optional({}), version: whole(1, Infinity) },
    metadataCreatedAt: text,
    lastLogin: text,
  };
  const expanded = { ...known, addresses: [address], defaultAddress: address, mixins: { loyalty } };
  const read = { call: `GET ${customers}/${id}`, as: employee } as const;
  await shop.step('The employee looks the customer up', read, 200, known, { show: ['id', 'email', 'type', 'active'] });
  const query = { expand: 'addresses,mixin:*' };
  await shop.step('Addresses and mixins are shown to who asks for them', { ...read, query }, 200, expanded);

  const brief = { show: ['customerNumber', 'firstName', 'lastName', 'email'] };
  const find = { call: `POST ${customers}/search`, as: employee } as const;
  const mail = { ...find, json: { q: `email:${email}` } };
  await shop.step('A search by e-mail finds one', mail, 200, [known], brief);
  const gold = {
    ...find,
    json: { q: `firstName:John lastName:Doe mixins.loyalty.tier:gold mixins.loyalty.points:(>=100 AND <500)` },
    query: { sort: 'metadataCreatedAt:desc', pageNumber: '1', pageSize: '5' },
  };
  await shop.step('So does one by name and mixins, the newest first', gold, 200, containing(known), brief);
  const list = { call: `GET ${customers}`, as: employee, query: { q: 'lastName:~^Do', pageSize: '5' } } as const;
  await shop.step(
    'A pattern finds everybody whose name begins so',
    list,
    200,
    containing(having({ lastName: 'Doe' })),
    {
      show: ['customerNumber', 'lastName'],
    },
  );
  const unread = { ...find, json: { q: 'lastname:Doe' } };
  await shop.step('A field that does not exist is named', unread, 400, having({ status: 400, message: text }));
}

async function farewell(shop: Storefront, { id, email, employee }: Subject, customer: Caller): Promise<void> {
  const page = `${customers}/${id}` as const;
  await shop.step('The employee removes the customer', { call: `DELETE ${page}`, as: employee }, 202);
  await shop.step('The page is gone', { call: `GET ${page}`, as: employee }, 404, {
    status: 404,
    type: 'application/json',
    message: 'Customer not Found',
    details: [{ message: `Couldn't find a customer with customerNumber '${id}'` }],
  });
  await shop.step(
    'The customer’s token is dead',
    { call: 'GET /customer/{tenant}/me', as: customer },
    401,
    invalidToken,
  );
  const again = { call: `POST ${customers}`, as: employee, json: { id, contactEmail: email } } as const;
  await shop.step('The number stays taken', again, 409, having({ status: 409, message: text }));
  const acts = (action: string) => having({ at: text, action, actor: having({ kind: text, id: text }) });
  const history = { call: `GET ${page}/history`, as: employee, query: { pageSize: '1' } } as const;
  const last = [acts('customer_deleted')];
  await shop.step('What staff did is kept', history, 200, last, { show: ['at', 'action', 'actor'] });
}
