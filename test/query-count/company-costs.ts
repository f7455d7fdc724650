import { randomUUID } from 'node:crypto';
import {
  assignCustomer,
  sendCompanyRequest,
  member,
  newCompany,
  newLocation,
  createMembershipRequest,
} from '../support/companies.js';
import type { Body, LoggedInCustomer } from '../support/shop.js';
import type { QueryCost, Fixture } from './query-cost.js';

const entities = '/customer-management/{tenant}/legal-entities';
const assignments = '/customer-management/{tenant}/contact-assignments';
const locations = '/customer-management/{tenant}/locations';
const requests = '/customer-management/{tenant}/membership-requests';

/** Calls a company route as a service. @returns the body */
async function call(
  { serviceClient }: Fixture,
  method: string,
  path: string,
  body?: Body,
  total = false,
): Promise<Body> {
  const response = await sendCompanyRequest(serviceClient, method, path, {
    body,
    headers: total ? { 'x-total-count': 'true' } : {},
  });
  if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${response.text}`);
  return response.body;
}

const company = async ({ shop }: Fixture): Promise<Body> => ({ id: await newCompany(shop) });
const location = async ({ shop }: Fixture): Promise<Body> => ({ id: await newLocation(shop) });
const locationBody = { type: 'OFFICE', contactDetails: { city: 'Berlin' } };
const assignment = async ({ shop }: Fixture): Promise<Body> => {
  const [customer, legalEntity] = [(await shop.signUp()).id, await newCompany(shop)];
  return { customer, legalEntity, id: await assignCustomer(shop, { id: customer }, legalEntity) };
};
const request = async ({ shop }: Fixture): Promise<Body> => ({
  id: await createMembershipRequest(shop, await shop.signUp(), await newCompany(shop)),
});
const assignmentBody = ({ customer, legalEntity }: Body): Body => ({
  customer: { id: customer },
  legalEntity: { id: legalEntity },
  type: 'CONTACT',
});
const administrator = async ({ shop }: Fixture): Promise<Body> => ({ admin: await member(shop, 'Admin') });

/** The queries of company routes. Customers without a company cause no extra queries at login, refresh and sign-up. */
export const companyCosts: QueryCost[] = [
  { operation: `GET ${entities}`, queries: 2, act: (fixture) => call(fixture, 'GET', '/legal-entities') },
  {
    operation: `GET ${entities}`,
    note: 'with q and X-Total-Count',
    queries: 3,
    act: (fixture) => call(fixture, 'GET', '/legal-entities?q=name:ABC', undefined, true),
  },
  {
    operation: `POST ${entities}/search`,
    note: 'with a pattern',
    queries: 5,
    act: (fixture) => call(fixture, 'POST', '/legal-entities/search', { q: 'name:~ABC' }),
  },
  {
    operation: `POST ${entities}`,
    queries: 2,
    act: (fixture) => call(fixture, 'POST', '/legal-entities', { name: 'ABC' }),
  },
  {
    operation: `POST ${entities}`,
    note: 'with a location',
    queries: 5,
    given: location,
    act: (fixture, { id }) => call(fixture, 'POST', '/legal-entities', { name: 'ABC', entitiesAddresses: [{ id }] }),
  },
  {
    operation: `GET ${entities}/{legalEntityId}`,
    note: 'with its locations',
    queries: 2,
    given: async ({ shop }) => {
      const entitiesAddresses = [{ id: await newLocation(shop) }];
      return { id: await newCompany(shop, { entitiesAddresses }) };
    },
    act: (fixture, { id }) => call(fixture, 'GET', `/legal-entities/${String(id)}?expand=entitiesAddresses`),
  },
  {
    operation: `GET ${entities}/{legalEntityId}/parent-hierarchy`,
    queries: 2,
    given: async ({ shop }) => ({ id: await newCompany(shop, { parentId: await newCompany(shop) }) }),
    act: (fixture, { id }) => call(fixture, 'GET', `/legal-entities/${String(id)}/parent-hierarchy`),
  },
  {
    operation: `GET ${entities}/{legalEntityId}`,
    queries: 2,
    given: company,
    act: (fixture, { id }) => call(fixture, 'GET', `/legal-entities/${String(id)}`),
  },
  {
    operation: `PUT ${entities}/{legalEntityId}`,
    queries: 5,
    given: company,
    act: (fixture, { id }) => call(fixture, 'PUT', `/legal-entities/${String(id)}`, { name: 'DEF', type: 'COMPANY' }),
  },
  {
    operation: `PUT ${entities}/{legalEntityId}`,
    note: 'with a parent',
    queries: 7,
    given: async (fixture) => ({ ...(await company(fixture)), parentId: await newCompany(fixture.shop) }),
    act: (fixture, { id, parentId }) =>
      call(fixture, 'PUT', `/legal-entities/${String(id)}`, { name: 'DEF', type: 'SUBSIDIARY', parentId }),
  },
  {
    operation: `DELETE ${entities}/{legalEntityId}`,
    queries: 2,
    given: company,
    act: (fixture, { id }) => call(fixture, 'DELETE', `/legal-entities/${String(id)}`),
  },
  { operation: `GET ${assignments}`, queries: 2, act: (fixture) => call(fixture, 'GET', '/contact-assignments') },
  {
    operation: `POST ${assignments}`,
    queries: 2,
    given: async (fixture) => ({ ...(await assignment(fixture)), customer: fixture.ada.id }),
    act: (fixture, given) => call(fixture, 'POST', '/contact-assignments', assignmentBody(given)),
  },
  {
    operation: `GET ${assignments}/{contactAssignmentId}`,
    queries: 2,
    given: assignment,
    act: (fixture, { id }) => call(fixture, 'GET', `/contact-assignments/${String(id)}`),
  },
  {
    operation: `PUT ${assignments}/{contactAssignmentId}`,
    queries: 5,
    given: assignment,
    act: (fixture, { id, ...given }) =>
      call(fixture, 'PUT', `/contact-assignments/${String(id)}`, assignmentBody(given)),
  },
  {
    operation: `DELETE ${assignments}/{contactAssignmentId}`,
    queries: 2,
    given: assignment,
    act: (fixture, { id }) => call(fixture, 'DELETE', `/contact-assignments/${String(id)}`),
  },
  { operation: `GET ${locations}`, queries: 2, act: (fixture) => call(fixture, 'GET', '/locations') },
  {
    operation: `POST ${locations}`,
    queries: 2,
    act: (fixture) => call(fixture, 'POST', '/locations', locationBody),
  },
  {
    operation: `GET ${locations}/{locationId}`,
    queries: 2,
    given: location,
    act: (fixture, { id }) => call(fixture, 'GET', `/locations/${String(id)}`),
  },
  {
    operation: `PUT ${locations}/{locationId}`,
    queries: 5,
    given: location,
    act: (fixture, { id }) => call(fixture, 'PUT', `/locations/${String(id)}`, locationBody),
  },
  {
    operation: `DELETE ${locations}/{locationId}`,
    queries: 5,
    given: location,
    act: (fixture, { id }) => call(fixture, 'DELETE', `/locations/${String(id)}`),
  },
  { operation: `GET ${requests}`, queries: 2, act: (fixture) => call(fixture, 'GET', '/membership-requests') },
  {
    operation: `POST ${requests}/{membershipRequestId}/approve`,
    queries: 5,
    given: request,
    act: (fixture, { id }) => call(fixture, 'POST', `/membership-requests/${String(id)}/approve`),
  },
  {
    operation: `DELETE ${requests}/{membershipRequestId}`,
    queries: 2,
    given: request,
    act: (fixture, { id }) => call(fixture, 'DELETE', `/membership-requests/${String(id)}`),
  },
  {
    operation: 'POST /customer/{tenant}/signup',
    note: 'with a company',
    queries: 5,
    act: ({ shop, visitor }) => {
      const b2b = { companyRegistrationId: randomUUID() };
      const customerDetails = { firstName: 'Ada', lastName: 'Lovelace', company: 'Engines', b2b };
      return visitor.post('/signup', 201, { ...shop.person(), customerDetails });
    },
  },
  {
    operation: 'POST /customer/{tenant}/login',
    note: 'of a member of a company',
    queries: 2,
    given: administrator,
    act: ({ visitor }, { admin }) => {
      const { email, password } = admin as LoggedInCustomer;
      return visitor.post('/login', 200, { email, password });
    },
  },
  {
    operation: 'GET /customer/{tenant}/refreshauthtoken',
    note: 'for another company',
    queries: 1,
    given: async (fixture) => {
      const { admin } = await administrator(fixture);
      const legalEntity = await newCompany(fixture.shop);
      await assignCustomer(fixture.shop, admin as LoggedInCustomer, legalEntity);
      return { admin, legalEntity };
    },
    act: ({ visitor }, { admin, legalEntity }) => {
      const refreshToken = (admin as LoggedInCustomer).login.refresh_token;
      return visitor.get(`/refreshauthtoken?refreshToken=${refreshToken}&legalEntityId=${String(legalEntity)}`);
    },
  },
  {
    operation: 'GET /customer/{tenant}/me',
    note: 'of a member of a company',
    queries: 1,
    given: administrator,
    act: (_fixture, { admin }) => (admin as LoggedInCustomer).get('/me'),
  },
  {
    operation: 'GET /customer/{tenant}/customers',
    note: "by a company's administrator",
    queries: 2,
    given: administrator,
    act: (_fixture, { admin }) => (admin as LoggedInCustomer).get('/customers'),
  },
];
