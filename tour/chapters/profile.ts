import { anything, flag, having, inAnyOrder, listOf, optional, otherThan, text, whole } from '../expectations.ts';
import * as john from '../john.ts';
import { invalidToken, type Storefront } from '../storefront.ts';
import type { Customer } from './authentication.ts';

const me = '/customer/{tenant}/me';
const book = `${me}/addresses` as const;

export async function profile(shop: Storefront, customer: Customer): Promise<void> {
  await ownProfile(shop, customer);
  await addressBook(shop, customer);
  await shutDoors(shop, customer);
}

async function ownProfile(shop: Storefront, { id, email, caller, visitor }: Customer): Promise<void> {
  const read = { call: `GET ${me}`, as: caller, query: { expand: 'addresses,mixin:*' } } as const;
  const known = {
    ...john.details,
    id,
    customerNumber: id,
    middleName: optional(''),
    contactEmail: email,
    accounts: [{ id: email, providerId: optional(text) }],
    addresses: [asKept(john.address)],
    defaultAddress: optional(asKept(john.address)),
    businessModel: /^B2[BC]$/,
    b2b: { ...john.registration, legalEntities: optional(listOf(having({ id: otherThan(john.madeUpCompany.id) }))) },
    mixins: {},
    metadata: { mixins: optional({}), version: whole(0, Infinity) },
    lastLogin: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/,
    type: optional(text),
    photoUrl: optional(text),
  };
  const { version } = (await shop.step('The customer looks at the profile', read, 200, known)).metadata;

  await shop.step('To the visitor the same page shows nobody', { call: `GET ${me}`, as: visitor }, 200, {
    firstName: 'Anonymous',
    lastName: 'Anonymous',
    preferredSite: 'default',
    customerNumber: '00000000',
    id: '00000000',
    accounts: [],
  });

  const changed = { ...john.details, preferredSite: 'DE' };
  const json = { ...changed, contactEmail: email, b2b: john.registration, metadata: { version } };
  const change = { call: `PATCH ${me}`, as: caller, json } as const;
  await shop.step('The customer moves to another site', change, 200);
  await shop.step('The same version once more is stale', change, 409, having({ status: 409, message: text }));
  const removal = { call: `PATCH ${me}`, as: caller, mergePatch: { contactPhone: null } } as const;
  await shop.step('A merge patch: null removes the phone number', removal, 200);
  await shop.step(
    'Both changes are kept',
    read,
    200,
    {
      ...known,
      ...changed,
      contactPhone: optional(null),
      metadata: { ...known.metadata, version: whole(version + 2, Infinity) },
    },
    { show: ['preferredSite', 'contactPhone', 'metadata'] },
  );
}

async function addressBook(shop: Storefront, { id, caller }: Customer): Promise<void> {
  const json = { ...john.address, extraLine3: '', extraLine4: '' };
  const add = { call: `POST ${book}`, as: caller, json } as const;
  const { id: addressId } = await shop.step('The customer adds an address', add, 201, { id: text });
  const added = asKept(json, { id: addressId });
  const page = `${book}/${addressId}` as const;
  const list = { call: `GET ${book}`, as: caller } as const;
  const read = { call: `GET ${page}`, as: caller } as const;

  const both = inAnyOrder(added, asKept(john.address));
  await shop.step('It stands in the address book beside the one from the sign-up', list, 200, both);
  await shop.step('It has a page of its own', read, 200, added);

  const moved = { ...json, streetNumber: '2', streetAppendix: 'Platz' };
  const correct = { call: `PATCH ${page}`, as: caller, json: { ...moved, isDefault: true } } as const;
  await shop.step('The customer corrects it and makes it the default', correct, 200);
  const kept = asKept(moved, { id: addressId, isDefault: true });
  const oneDefault = inAnyOrder(kept, asKept(john.address, { isDefault: false }));
  await shop.step('There is one default address, this one', list, 200, oneDefault, { show: ['id', 'isDefault'] });

  const tag = { call: `POST ${page}/tags`, as: caller, query: { tags: 'BILLING,SHIPPING,CUSTOM' } } as const;
  await shop.step('Tags are free, and each is there once', tag, 204);
  const three = { ...kept, tags: inAnyOrder('BILLING', 'SHIPPING', 'CUSTOM') };
  await shop.step('Three tags', read, 200, three, { show: ['tags'] });
  const untag = { call: `DELETE ${page}/tags`, as: caller, query: { tags: 'CUSTOM' } } as const;
  await shop.step('One tag is taken off again', untag, 204);
  await shop.step('Two tags', read, 200, kept, { show: ['tags'] });

  await shop.step('The customer deletes the address', { call: `DELETE ${page}`, as: caller }, 204);
  const message = `Address ${addressId} of customer ${id} not found.`;
  await shop.step('Its page is gone', read, 404, { type: 'resource_not_found', status: 404, message });
}

async function shutDoors(shop: Storefront, { caller, visitor }: Customer): Promise<void> {
  const call = `GET ${book}` as const;
  const bare = { who: 'the customer, without "Bearer"', authorization: caller.authorization.replace('Bearer ', '') };
  await shop.step('No token, no address book', { call }, 401, invalidToken);
  await shop.step('A token counts only as a Bearer token', { call, as: bare }, 401, invalidToken);
  const forbidden = { type: 'Forbidden', status: 403, message: 'User not authorized.' };
  await shop.step('A visitor has no address book', { call, as: visitor }, 403, forbidden);
}

/** An address as it comes back after it was sent. */
const asKept = (sent: typeof john.address, known: { id?: string; isDefault?: boolean } = {}) => ({
  extraLine3: optional(''),
  extraLine4: optional(''),
  ...sent,
  tags: inAnyOrder(...sent.tags),
  metadata: anything,
  mixins: optional({}),
  id: known.id ?? text,
  isDefault: known.isDefault ?? flag,
});
