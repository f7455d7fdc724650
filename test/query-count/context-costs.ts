import { randomUUID } from 'node:crypto';
import { call, getOwnContext } from '../support/contexts.js';
import type { Body } from '../support/shop.js';
import type { QueryCost, Fixture } from './query-cost.js';

const ownContext = '/session-context/{tenant}/me/context';
const contextById = '/session-context/{tenant}/context/{sessionId}';

const version = async ({ ada }: Fixture): Promise<Body> => ({ ...(await getOwnContext(ada)).metadata });
const path = ({ ada }: Fixture): string => `/context/${ada.login.session_id}`;
const attribute = { key: 'colour', value: 'green' };

/** Session contexts and consents. */
export const contextCosts: QueryCost[] = [
  { operation: `GET ${ownContext}`, queries: 1, act: ({ ada }) => getOwnContext(ada) },
  { operation: `GET ${ownContext}`, note: 'of a visitor', queries: 1, act: ({ visitor }) => getOwnContext(visitor) },
  {
    operation: `PATCH ${ownContext}`,
    queries: 1,
    given: version,
    act: ({ ada }, metadata) => call(ada, 'PATCH', '/me/context', 204, { currency: 'EUR', metadata }),
  },
  {
    operation: `PATCH ${ownContext}`,
    note: 'with a stale version',
    queries: 2,
    act: ({ ada }) => call(ada, 'PATCH', '/me/context', 409, { metadata: { version: 0 } }),
  },
  {
    operation: `POST ${ownContext}/attributes`,
    queries: 1,
    act: ({ ada }) => call(ada, 'POST', '/me/context/attributes', 201, attribute),
  },
  {
    operation: `DELETE ${ownContext}/attributes/{attributeName}`,
    queries: 1,
    act: ({ ada }) => call(ada, 'DELETE', '/me/context/attributes/colour', 204),
  },
  {
    operation: `GET ${contextById}`,
    queries: 2,
    act: (fixture) => call(fixture.serviceClient, 'GET', path(fixture), 200),
  },
  {
    operation: `PUT ${contextById}`,
    queries: 2,
    given: version,
    act: (fixture, metadata) => call(fixture.serviceClient, 'PUT', path(fixture), 204, { cartId: 'C-1', metadata }),
  },
  {
    operation: `PUT ${contextById}`,
    note: 'of an unknown session',
    queries: 2,
    act: ({ serviceClient }) =>
      call(serviceClient, 'PUT', `/context/${randomUUID()}?upsert=true`, 204, { metadata: { version: 1 } }),
  },
  {
    operation: `POST ${contextById}/attributes`,
    queries: 2,
    act: (fixture) => call(fixture.serviceClient, 'POST', `${path(fixture)}/attributes`, 204, attribute),
  },
  {
    operation: `DELETE ${contextById}/attributes/{attributeName}`,
    queries: 2,
    act: (fixture) => call(fixture.serviceClient, 'DELETE', `${path(fixture)}/attributes/colour`, 204),
  },

  { operation: 'GET /customer/{tenant}/me/consents', queries: 1, act: ({ ada }) => ada.get('/me/consents') },
  {
    operation: 'PUT /customer/{tenant}/me/consents',
    queries: 2,
    act: ({ ada, newEmail }) =>
      ada.put('/me/consents', 204, { consents: [{ id: 'terms', version: newEmail(), accepted: true }] }),
  },
  {
    operation: 'GET /customer/{tenant}/customers/{customerNumber}/consents',
    queries: 3,
    act: ({ serviceClient, ada: { id } }) => serviceClient.get(`/customers/${id}/consents`),
  },
];
