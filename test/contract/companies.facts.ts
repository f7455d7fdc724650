import { created, fault, tenant } from './common.facts.js';
import { type Content, expectationOf, type Fields, json, type OperationFacts, type Operations } from './facts.js';
import type { Facts, OperationName } from './openapi.js';

/* Legal entities with their hierarchies, contact assignments and locations. */

/** The security schemes of the contract. */
export const schemes = { OAuth2: 'oauth2 clientCredentials' };

const readsEntities = 'OAuth2 customermanagement.legalentity_read';
const readsOwnEntities = `${readsEntities} customermanagement.legalentity_read_own`;
const managesEntities = 'OAuth2 customermanagement.legalentity_manage';
const readsAssignments = 'OAuth2 customermanagement.contactassignment_read';
const managesAssignments = 'OAuth2 customermanagement.contactassignment_manage';
const readsHierarchies = `${readsEntities} customermanagement.legalentity_manage`;
const readsLocations = 'OAuth2 customermanagement.location_read';
const managesLocations = 'OAuth2 customermanagement.location_manage';

const none: Content = {};
const error = json({
  code: 'integer minimum=100 maximum=599',
  'status message resourceId': 'string',
  details: ['string'],
});
const errors = { 400: error, 401: fault, 403: error, 500: error };
const errorsOfOne = { ...errors, 404: error };

const fields: Fields = { fields: 'string' };
const list: Fields = {
  pageNumber: 'integer minimum=1 default=1',
  pageSize: 'integer minimum=1 default=16',
  'sort fields': 'string',
};
const total: Fields = { 'X-Total-Count': 'boolean default=false' };
const counted: OperationFacts['responseHeaders'] = { 200: { 'X-Total-Count': 'number' } };
const entityFilters: Fields = {
  'id name parentId': 'string',
  type: 'string enum=COMPANY|SUBSIDIARY',
  'legalInfo.legalName legalInfo.registrationDate legalInfo.taxRegistrationNumber': 'string',
  'legalInfo.registrationAgency legalInfo.countryOfRegistration legalInfo.registrationId': 'string',
};

const custom: Fields = { mixins: 'object' };
const change: Fields = { version: 'integer minimum=1', mixins: 'object' };
const metadata: Fields = { ...change, 'createdAt modifiedAt': 'string' };
const newId: Fields = { id: 'string minLength=1 maxLength=66 pattern=^[a-zA-Z0-9_-]$' };
const reference: Fields = { id: 'string' };

const customerGroup: Fields = { 'id!': 'string', name: { '*': 'string' }, role: 'string' };
const entity: Fields = {
  'name parentId': 'string',
  type: 'string enum=COMPANY|SUBSIDIARY',
  accountLimit: { currency: 'string', value: 'number minimum=0' },
  legalInfo: {
    'legalName registrationDate taxRegistrationNumber': 'string',
    'registrationAgency countryOfRegistration registrationId': 'string',
  },
  customerGroups: [customerGroup],
  entitiesAddresses: [reference],
  approvalGroup: [reference],
  restrictions: ['string'],
  ...custom,
};
const newEntity: Fields = { ...newId, ...entity, metadata: custom };
const entityChange: Fields = { ...entity, customerGroups: [reference], metadata: change };

const contact: Fields = { 'id name surname email phone': 'string' };
const assignment: Fields = { type: 'string enum=PRIMARY|BILLING|LOGISTICS|CONTACT', primary: 'boolean' };
const locationType: Fields = { type: 'string enum=HEADQUARTER|WAREHOUSE|OFFICE' };
const locationBody: Fields = {
  ...locationType,
  name: 'string',
  contactDetails: {
    'addressLine1 addressLine2 city state postcode countryCode': 'string',
    emails: ['string'],
    phones: ['string'],
    tags: ['string'],
  },
  ...custom,
};
const location: Fields = { ...locationBody, id: 'string', metadata };
const locationFilters: Fields = {
  ...locationType,
  'name contactDetails.email contactDetails.phone contactDetails.address contactDetails.city': 'string',
  'contactDetails.state contactDetails.postcode contactDetails.countryCode': 'string',
};
const entityResponse: Fields = {
  ...entity,
  id: 'string',
  entitiesAddresses: [location],
  approvalGroup: [{ ...assignment, id: 'string', legalEntity: reference, customer: contact, metadata }],
  metadata,
};
const assignmentResponse: Fields = {
  ...assignment,
  id: 'string',
  legalEntity: entityResponse,
  customer: contact,
  metadata,
  ...custom,
};
const assignmentBody: Fields = { ...assignment, 'legalEntity! customer!': { 'id!': 'string' }, ...custom };

const oneEntity: Fields = { ...tenant, 'legalEntityId!': 'string' };
const oneAssignment: Fields = { ...tenant, 'contactAssignmentId!': 'string' };
const oneLocation: Fields = { ...tenant, 'locationId!': 'string' };
const entities = '/customer-management/{tenant}/legal-entities';
const assignments = '/customer-management/{tenant}/contact-assignments';
const locations = '/customer-management/{tenant}/locations';

/** Operations for services and employees, and for customers in their own companies. */
export const operations = {
  [`GET ${entities}`]: {
    security: [readsOwnEntities],
    path: tenant,
    query: { ...list, ...entityFilters, q: 'string' },
    header: total,
    responses: { 200: json([entityResponse]), ...errors },
    responseHeaders: counted,
  },
  [`POST ${entities}`]: {
    security: [managesEntities],
    path: tenant,
    request: json(newEntity),
    responses: { 201: created, ...errors, 409: error },
  },
  [`POST ${entities}/search`]: {
    security: [readsOwnEntities],
    path: tenant,
    query: { ...list, ...entityFilters },
    header: total,
    request: json({ q: 'string' }),
    responses: { 200: json([entityResponse]), ...errors },
    responseHeaders: counted,
  },
  [`GET ${entities}/{legalEntityId}`]: {
    security: [readsEntities],
    path: oneEntity,
    query: fields,
    responses: { 200: json(entityResponse), ...errorsOfOne },
  },
  [`PUT ${entities}/{legalEntityId}`]: {
    security: [managesEntities],
    path: oneEntity,
    request: json(entityChange),
    responses: { 201: created, 204: none, ...errorsOfOne, 409: error },
  },
  [`DELETE ${entities}/{legalEntityId}`]: {
    security: [managesEntities],
    path: oneEntity,
    responses: { 204: none, ...errorsOfOne },
  },
  [`GET ${entities}/{legalEntityId}/parent-hierarchy`]: {
    security: [readsHierarchies],
    path: oneEntity,
    responses: { 200: json([entityResponse]), 401: fault, 403: error, 500: error },
  },
  [`GET ${assignments}`]: {
    security: [readsAssignments],
    path: tenant,
    query: {
      ...list,
      'q legalEntity.id customer.id': 'string',
      type: 'string enum=PRIMARY|BILLING|LOGISTICS|CONTACT',
      primary: 'boolean',
    },
    header: total,
    responses: { 200: json([assignmentResponse]), ...errors },
    responseHeaders: counted,
  },
  [`POST ${assignments}`]: {
    security: [managesAssignments],
    path: tenant,
    request: json({ ...newId, ...assignmentBody, metadata: custom }),
    responses: { 201: created, ...errors, 409: error },
  },
  [`GET ${assignments}/{contactAssignmentId}`]: {
    security: [readsAssignments],
    path: oneAssignment,
    query: fields,
    responses: { 200: json(assignmentResponse), ...errorsOfOne },
  },
  [`PUT ${assignments}/{contactAssignmentId}`]: {
    security: [managesAssignments],
    path: oneAssignment,
    request: json({ ...assignmentBody, metadata: change }),
    responses: { 201: created, 204: none, ...errorsOfOne, 409: error },
  },
  [`DELETE ${assignments}/{contactAssignmentId}`]: {
    security: [managesAssignments],
    path: oneAssignment,
    responses: { 204: none, ...errorsOfOne },
  },
  [`GET ${locations}`]: {
    security: [readsLocations],
    path: tenant,
    query: { ...list, ...locationFilters, q: 'string' },
    header: total,
    responses: { 200: json([location]), ...errors },
    responseHeaders: { 200: { 'X-Total-Count': 'integer' } },
  },
  [`POST ${locations}`]: {
    security: [managesLocations],
    path: tenant,
    request: json({ ...newId, ...locationBody, metadata: custom }),
    responses: { 201: created, ...errors, 409: error },
  },
  [`GET ${locations}/{locationId}`]: {
    security: [readsLocations],
    path: oneLocation,
    query: fields,
    responses: { 200: json(location), ...errorsOfOne },
  },
  [`PUT ${locations}/{locationId}`]: {
    security: [managesLocations],
    path: oneLocation,
    request: json({ ...locationBody, metadata: change }),
    responses: { 201: created, 204: none, ...errorsOfOne, 409: error },
  },
  [`DELETE ${locations}/{locationId}`]: {
    security: [managesLocations],
    path: oneLocation,
    responses: { 204: none, ...errorsOfOne },
  },
} satisfies Operations as Record<OperationName, OperationFacts>;

/** Deviations of our responses that apply to all operations. */
const differently: { which: RegExp; ours: (name: string) => string | undefined; reason: string }[] = [
  {
    which: /^500 /,
    ours: () => undefined,
    reason: 'Any request can fail with a server error; no operation documents its own.',
  },
  {
    which: /approvalGroup\[\]\.(?!id$)/,
    ours: () => undefined,
    reason: 'Approvers are returned as the ids of the assignments that were sent.',
  },
];

/** Deliberate deviations from the contract, by operation. */
export const deviations = Object.entries(operations).flatMap(([name, facts]) => {
  const properties = Object.keys(expectationOf(facts)['response properties']);
  return differently.flatMap(({ which, ours, reason }) => {
    const found = properties.filter((property) => which.test(property));
    const expected: Facts = Object.fromEntries(found.map((property) => [property, ours(property)]));
    const aspect = 'response properties' as const;
    return found.length > 0 ? [{ operations: [name as OperationName], aspect, ours: expected, reason }] : [];
  });
});
