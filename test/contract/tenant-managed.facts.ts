import {
  address,
  addressChange,
  anyTenant,
  created,
  error,
  expand,
  fault,
  newMetadata,
  none,
  profile,
  readOnlyProfile,
  tags,
  tenant,
} from './common.facts.js';
import { type Fields, json, type OperationFacts, type Operations } from './facts.js';

/** The security schemes of the contract. */
export const schemes = { OAuth2: 'oauth2 clientCredentials' };

const readsCustomers = 'OAuth2 customer.customer_read customer.customer_read_own';
const managesCustomers = 'OAuth2 customer.customer_manage customer.customer_manage_own';
const readsAddresses = 'OAuth2 customer.customer_read';
const managesAddresses = 'OAuth2 customer.customer_manage';
const readsImports = 'OAuth2 customer.import_read';
const managesImports = 'OAuth2 customer.import_manage';

const oneCustomer: Fields = { 'tenant! customerNumber!': 'string' };
const oneAddress: Fields = { 'tenant! customerNumber! addressId!': 'string' };
const addressesOfOne: Fields = { ...tenant, 'customerNumber!': 'string' };
const paging: Fields = {
  sort: 'string',
  pageNumber: 'integer minimum=1 default=1',
  pageSize: 'integer minimum=1 default=60',
};
const notification: Fields = { sendPasswordResetNotifications: 'boolean default=true' };

const newAddress: Fields = { ...address, metadata: newMetadata };

const fullProfile: Fields = { ...profile, 'type photoUrl': 'string', restriction: 'string nullable' };
const customerChange: Fields = { ...fullProfile, 'active onHold': 'boolean' };
const customer: Fields = { ...customerChange, ...readOnlyProfile, 'email metadataCreatedAt': 'string' };
const newCustomer: Fields = {
  ...fullProfile,
  metadata: newMetadata,
  // As in the contract, although a single character is surely not meant.
  id: 'string minLength=1 maxLength=66 pattern=^[a-zA-Z0-9_-]$',
  password: 'string',
};
const importedCustomer: Fields = {
  ...fullProfile,
  metadata: newMetadata,
  id: 'string minLength=1 maxLength=66 pattern=^[\\w-]{1,66}$',
  'account!': {
    'email!': 'string',
    passwordHash: 'string',
    legacyAuth: { 'algorithm!': 'string enum=hybris-sha512-uid-salt', 'hash!': 'string', context: { '*': 'string' } },
  },
};
const importResult: Fields = {
  'index code': 'integer',
  'id status message': 'string',
  details: [{ message: 'string' }],
};

const retention: Fields = {
  'retentionEndDate emailReminderDate': 'string format=date',
  emailNotificationsEnabled: 'boolean',
};
const newRetention: Fields = {
  'retentionEndDate!': 'string format=date',
  emailReminderDate: 'string format=date',
  emailNotificationsEnabled: 'boolean default=true',
};

const customersFound: Pick<OperationFacts, 'responses' | 'responseHeaders'> = {
  responses: { 200: json([customer]), 400: error, 401: fault, 403: error },
  responseHeaders: { 200: { Count: 'integer' } },
};

/** The operations that employees and other services call. */
export const operations = {
  'GET /customer/{tenant}/customers': {
    security: [readsCustomers],
    path: tenant,
    query: { q: 'string', ...paging, ...expand },
    ...customersFound,
  },
  'POST /customer/{tenant}/customers': {
    security: [managesCustomers],
    path: tenant,
    query: notification,
    request: json(newCustomer),
    responses: { 201: created, 400: error, 401: fault, 403: error, 409: error },
  },
  'POST /customer/{tenant}/customers/search': {
    security: [readsCustomers],
    path: anyTenant,
    query: { ...paging, ...expand },
    request: json({ q: 'string' }),
    ...customersFound,
  },
  'GET /customer/{tenant}/customers/{customerNumber}': {
    security: [readsCustomers],
    path: oneCustomer,
    query: expand,
    responses: { 200: json(customer), 400: error, 401: fault, 403: error, 404: error },
  },
  'PUT /customer/{tenant}/customers/{customerNumber}': {
    security: [managesCustomers],
    path: oneCustomer,
    query: notification,
    request: { ...json(customerChange), 'application/merge-patch+json': fullProfile },
    responses: { 201: created, 204: none, 400: error, 401: fault, 403: error, 409: error },
  },
  'PATCH /customer/{tenant}/customers/{customerNumber}': {
    security: [managesCustomers],
    path: oneCustomer,
    request: { ...json(customerChange), 'application/merge-patch+json': fullProfile },
    responses: { 200: none, 400: error, 401: fault, 403: error, 404: error },
  },
  'DELETE /customer/{tenant}/customers/{customerNumber}': {
    security: [managesCustomers],
    path: oneCustomer,
    request: json('object'),
    responses: { 202: none, 400: error, 401: fault, 403: error, 404: error },
  },
  'GET /customer/{tenant}/customers/{customerNumber}/addresses': {
    security: [readsAddresses],
    path: addressesOfOne,
    responses: { 200: json([address]), 400: error, 401: fault, 403: error, 404: none },
  },
  'POST /customer/{tenant}/customers/{customerNumber}/addresses': {
    security: [managesAddresses],
    path: addressesOfOne,
    request: json(newAddress),
    responses: { 201: created, 400: error, 401: fault, 403: error, 404: error, 409: error },
  },
  'GET /customer/{tenant}/customers/{customerNumber}/addresses/{addressId}': {
    security: [readsAddresses],
    path: oneAddress,
    responses: { 200: json(address), 400: error, 401: fault, 403: error, 404: error },
  },
  'PUT /customer/{tenant}/customers/{customerNumber}/addresses/{addressId}': {
    security: [managesAddresses],
    path: oneAddress,
    request: json(addressChange),
    responses: { 201: created, 204: none, 400: error, 401: fault, 403: error, 404: error },
  },
  'PATCH /customer/{tenant}/customers/{customerNumber}/addresses/{addressId}': {
    security: [managesAddresses],
    path: oneAddress,
    request: json(addressChange),
    responses: { 200: none, 400: error, 401: fault, 403: error, 404: error },
  },
  'DELETE /customer/{tenant}/customers/{customerNumber}/addresses/{addressId}': {
    security: [managesAddresses],
    path: oneAddress,
    request: json('object'),
    responses: { 204: none, 400: error, 401: fault, 403: error, 404: error },
  },
  'POST /customer/{tenant}/customers/{customerNumber}/addresses/{addressId}/tags': {
    // As in the contract, which omits the scope that it requires for the DELETE.
    security: [],
    path: oneAddress,
    query: tags,
    responses: { 204: none, 400: error, 401: fault, 403: error, 404: error },
  },
  'DELETE /customer/{tenant}/customers/{customerNumber}/addresses/{addressId}/tags': {
    security: [managesAddresses],
    path: oneAddress,
    query: tags,
    responses: { 204: none, 400: error, 401: fault, 403: error, 404: error },
  },
  'GET /customer/{tenant}/config/password-migration-retention': {
    security: [readsImports],
    path: tenant,
    responses: { 200: json(retention), 401: fault, 403: error, 404: none },
  },
  'POST /customer/{tenant}/config/password-migration-retention': {
    security: [managesImports],
    path: tenant,
    request: json(newRetention),
    responses: { 200: json(retention), 400: error, 401: fault, 403: error, 500: none },
  },
  'DELETE /customer/{tenant}/config/password-migration-retention': {
    security: [managesImports],
    path: tenant,
    responses: { 204: none, 400: error, 401: fault, 403: error },
  },
  'POST /customer/{tenant}/customers/import': {
    security: [managesImports],
    path: tenant,
    // At most 200 at once.
    request: json([importedCustomer]),
    responses: { 207: json([importResult]), 400: error, 401: fault, 403: error },
  },
} satisfies Operations;
