import { anything, flag, having, inAnyOrder, listOf, optional, otherThan, text, integer } from '../expectations.ts';
import * as john from '../john.ts';
import { invalidToken, type Storefront } from '../storefront.ts';
import type { Customer } from './authentication.ts';

const me = '/customer/{tenant}/me';
const book = `${me}/addresses` as const;

export async function profile(shop: Storefront, customer: Customer): Promise<void> {
  await ownProfile(shop, customer);
  await addressBook(shop, customer);
  await rejections(shop, customer);
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
    addresses: [stored(john.address)],
    defaultAddress: optional(stored(john.address)),
    businessModel: /^B2[BC]$/,
    b2b: {
      ...john.registration,
      legalEntities: optional(listOf(having({ id: otherThan(john.claimedLegalEntity.id) }))),
    },
    mixins: {},
    metadata: { mixins: optional({}), version: integer(0, Infinity) },
    lastLogin: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/,
    type: optional(text),
    photoUrl: optional(text),
  };
  const { version } = (await shop.step('The customer reads the profile', read, 200, known)).metadata;

  await shop.step('A visitor gets an anonymous profile', { call: `GET ${me}`, as: visitor }, 200, {
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
  await shop.step('The customer changes the preferred site', change, 200);
  await shop.step('The same version is now stale', change, 409, having({ status: 409, message: text }));
  const removal = { call: `PATCH ${me}`, as: caller, mergePatch: { contactPhone: null } } as const;
  await shop.step('A merge patch with null removes the phone number', removal, 200);
  await shop.step(
    'Both changes are stored',
    read,
    200,
    {
      ...known,
      ...changed,
      contactPhone: optional(null),
      metadata: { ...known.metadata, version: integer(version + 2, Infinity) },
    },
    { show: ['preferredSite', 'contactPhone', 'metadata'] },
  );
}

async function addressBook(shop: Storefront, { id, caller }: Customer): Promise<void> {
  const json = { ...john.address, extraLine3: '', extraLine4: '' };
  const add = { call: `POST ${book}`, as: caller, json } as const;
  const { id: addressId } = await shop.step('The customer adds an address', add, 201, { id: text });
  const added = stored(json, { id: addressId });
  const page = `${book}/${addressId}` as const;
  const list = { call: `GET ${book}`, as: caller } as const;
  const read = { call: `GET ${page}`, as: caller } as const;

  const both = inAnyOrder(added, stored(john.address));
  await shop.step('The address book contains the new address and that of the sign-up', list, 200, both);
  await shop.step('The address can be read on its own', read, 200, added);

  const moved = { ...json, streetNumber: '2', streetAppendix: 'Platz' };
  const correct = { call: `PATCH ${page}`, as: caller, json: { ...moved, isDefault: true } } as const;
  await shop.step('The customer corrects it and makes it the default', correct, 200);
  const kept = stored(moved, { id: addressId, isDefault: true });
  const oneDefault = inAnyOrder(kept, stored(john.address, { isDefault: false }));
  await shop.step('It is the only default address', list, 200, oneDefault, { show: ['id', 'isDefault'] });

  const tag = { call: `POST ${page}/tags`, as: caller, query: { tags: 'BILLING,SHIPPING,CUSTOM' } } as const;
  await shop.step('Tags are added; existing ones are ignored', tag, 204);
  const three = { ...kept, tags: inAnyOrder('BILLING', 'SHIPPING', 'CUSTOM') };
  await shop.step('The address has three tags', read, 200, three, { show: ['tags'] });
  const untag = { call: `DELETE ${page}/tags`, as: caller, query: { tags: 'CUSTOM' } } as const;
  await shop.step('One tag is removed', untag, 204);
  await shop.step('The address has two tags', read, 200, kept, { show: ['tags'] });

  await shop.step('The customer deletes the address', { call: `DELETE ${page}`, as: caller }, 204);
  const message = `Address ${addressId} of customer ${id} not found.`;
  await shop.step('The address no longer exists', read, 404, { type: 'resource_not_found', status: 404, message });
}

async function rejections(shop: Storefront, { caller, visitor }: Customer): Promise<void> {
  const call = `GET ${book}` as const;
  const bare = { name: 'the customer, without "Bearer"', authorization: caller.authorization.replace('Bearer ', '') };
  await shop.step('A request without a token is rejected', { call }, 401, invalidToken);
  await shop.step('A token without "Bearer" is rejected', { call, as: bare }, 401, invalidToken);
  const forbidden = { type: 'Forbidden', status: 403, message: 'User not authorized.' };
  await shop.step('A visitor may not read addresses', { call, as: visitor }, 403, forbidden);
}

/** The expected response for an address that was sent. */
const stored = (sent: typeof john.address, known: { id?: string; isDefault?: boolean } = {}) => ({
  extraLine3: optional(''),
  extraLine4: optional(''),
  ...sent,
  tags: inAnyOrder(...sent.tags),
  metadata: anything,
  mixins: optional({}),
  id: known.id ?? text,
  isDefault: known.isDefault ?? flag,
});
