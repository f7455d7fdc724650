import { randomUUID } from 'node:crypto';
import { containing, having, inAnyOrder, listOf, optional, text, integer } from '../expectations.ts';
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
  const { access_token } = await staffToken(shop, 'The back office gets a token');
  const key = randomUUID().slice(0, 8);
  const subject = { id: `C-${key}`, email: `j.doe.${key}@example.com`, employee: bearer('the employee', access_token) };
  await creation(shop, subject);
  const customer = await activation(shop, subject);
  await search(shop, subject);
  await deletion(shop, subject, customer);
}

async function creation(shop: Storefront, { id, email, employee }: Subject): Promise<void> {
  const json = { id, ...john.details, contactEmail: email, b2b: john.registration };
  const create = { call: `POST ${customers}`, as: employee, json } as const;
  await shop.step('The employee creates a customer with a chosen number', create, 201, { id });
  await shop.step(
    'A second customer with the same number is rejected',
    create,
    409,
    having({ status: 409, message: text }),
  );

  const book = `${customers}/${id}/addresses` as const;
  const add = { call: `POST ${book}`, as: employee, json: john.address } as const;
  const { id: addressId } = await shop.step('The employee adds an address', add, 201, { id: text });
  const tag = { call: `POST ${book}/${addressId}/tags`, as: employee, query: { tags: 'CUSTOM' } } as const;
  await shop.step('The address gets one more tag', tag, 204);
  const extend = { call: `PATCH ${customers}/${id}`, as: employee, mergePatch: { mixins: { loyalty } } } as const;
  await shop.step('A mixin stores custom fields of the shop', extend, 200);
}

/** @returns the customer, who has set a password and logged in */
async function activation(shop: Storefront, { id, email, employee }: Subject): Promise<Caller> {
  const json = { active: true, onHold: false };
  const activate = { call: `PATCH ${customers}/${id}`, as: employee, json } as const;
  await shop.step('The employee activates the account', activate, 200);
  await shop.mail('The customer is notified by mail', email, 'activated');
  const token = await shop.mail('Another mail contains a token to set a password', email, 'initial-password');

  const first = await visit(shop, 'The customer gets a visitor token');
  const visitor = bearer('the visitor', first.access_token);
  const password = 'password123';
  const set = { call: 'POST /customer/{tenant}/password/reset/update', as: visitor } as const;
  await shop.step('The token in the mail sets the password', { ...set, json: { token, password } }, 204);
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
    metadata: { mixins: optional({}), version: integer(1, Infinity) },
    metadataCreatedAt: text,
    lastLogin: text,
    standing: 'active',
    standingSince: text,
    emailConfirmed: true,
    lockedUntil: null,
  };
  const expanded = { ...known, addresses: [address], defaultAddress: address, mixins: { loyalty } };
  const read = { call: `GET ${customers}/${id}`, as: employee } as const;
  await shop.step('The employee reads the customer', read, 200, known, { show: ['id', 'email', 'type', 'active'] });
  const query = { expand: 'addresses,mixin:*' };
  await shop.step('Addresses and mixins are returned with `expand`', { ...read, query }, 200, expanded);

  const brief = { show: ['customerNumber', 'firstName', 'lastName', 'email'] };
  const find = { call: `POST ${customers}/search`, as: employee } as const;
  const mail = { ...find, json: { q: `email:${email}` } };
  await shop.step('A search by e-mail finds the customer', mail, 200, [known], brief);
  const gold = {
    ...find,
    json: { q: `firstName:John lastName:Doe mixins.loyalty.tier:gold mixins.loyalty.points:(>=100 AND <500)` },
    query: { sort: 'metadataCreatedAt:desc', pageNumber: '1', pageSize: '5' },
  };
  await shop.step(
    'A search by name and mixins finds the customer, the newest first',
    gold,
    200,
    containing(known),
    brief,
  );
  const list = { call: `GET ${customers}`, as: employee, query: { q: 'lastName:~^Do', pageSize: '5' } } as const;
  await shop.step(
    'A pattern finds all customers whose name begins with Do',
    list,
    200,
    containing(having({ lastName: 'Doe' })),
    {
      show: ['customerNumber', 'lastName'],
    },
  );
  const unknownField = { ...find, json: { q: 'lastname:Doe' } };
  await shop.step(
    'A search by an unknown field is rejected, and the message names it',
    unknownField,
    400,
    having({ status: 400, message: text }),
  );
}

async function deletion(shop: Storefront, { id, email, employee }: Subject, customer: Caller): Promise<void> {
  const page = `${customers}/${id}` as const;
  await shop.step('The employee deletes the customer', { call: `DELETE ${page}`, as: employee }, 202);
  await shop.step('The customer no longer exists', { call: `GET ${page}`, as: employee }, 404, {
    status: 404,
    type: 'application/json',
    message: 'Customer not Found',
    details: [{ message: `Couldn't find a customer with customerNumber '${id}'` }],
  });
  await shop.step(
    'The token of the customer is revoked',
    { call: 'GET /customer/{tenant}/me', as: customer },
    401,
    invalidToken,
  );
  const again = { call: `POST ${customers}`, as: employee, json: { id, contactEmail: email } } as const;
  await shop.step('The number stays taken', again, 409, having({ status: 409, message: text }));
  const entry = (action: string) => having({ at: text, action, actor: having({ kind: text, id: text }) });
  const history = { call: `GET ${page}/history`, as: employee, query: { pageSize: '1' } } as const;
  const last = [entry('customer_deleted')];
  await shop.step('The history contains the actions of employees', history, 200, last, {
    show: ['at', 'action', 'actor'],
  });
}
