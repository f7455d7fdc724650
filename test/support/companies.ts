import type { CompanyGroup } from '../../src/sessions/customer-scopes.js';
import { rows } from './rows.js';
import type { Response, Body, LoggedInCustomer, Shop, ApiClient } from './shop.js';

/** The id of the company that `createFixedCompany` creates, for bodies that must contain one. */
export const FIXED_COMPANY_ID = 'the-company';

/** Calls a route below `/customer-management/{tenant}` and returns any response. */
export async function sendCompanyRequest<T = Body>(
  { shop, tenant, token }: ApiClient,
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Response<T>> {
  return shop.send<T>(method, `/customer-management/${tenant}${path}`, {
    body,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
  });
}

/** Creates a company with a service token. @returns its id */
export async function newCompany(shop: Shop, body: Body = {}, tenant = shop.tenant): Promise<string> {
  const response = await sendCompanyRequest(await shop.sharedService(tenant), 'POST', '/legal-entities', {
    body: { name: 'ABC Company', ...body },
  });
  if (response.status !== 201) throw new Error(`The company was not created: ${response.status} ${response.text}`);
  return String(response.body.id);
}

/** Creates a location with a service token. @returns its id */
export async function newLocation(shop: Shop, body: Body = {}, tenant = shop.tenant): Promise<string> {
  const response = await sendCompanyRequest(await shop.sharedService(tenant), 'POST', '/locations', {
    body: { type: 'OFFICE', contactDetails: { city: 'Berlin' }, ...body },
  });
  if (response.status !== 201) throw new Error(`The location was not created: ${response.status} ${response.text}`);
  return String(response.body.id);
}

/** Assigns a customer to a company. @returns the assignment's id */
export async function assignCustomer(
  shop: Shop,
  customer: { id: string },
  legalEntity: string,
  group: CompanyGroup = 'Buyer',
  tenant = shop.tenant,
): Promise<string> {
  const response = await sendCompanyRequest(await shop.sharedService(tenant), 'POST', '/contact-assignments', {
    body: { legalEntity: { id: legalEntity }, customer: { id: customer.id }, group },
  });
  if (response.status !== 201) throw new Error(`The customer was not assigned: ${response.status} ${response.text}`);
  return String(response.body.id);
}

/** Creates a customer's request to join a company, which awaits approval. @returns its id */
export async function createMembershipRequest(
  shop: Shop,
  customer: { id: string },
  legalEntity: string,
  tenant = shop.tenant,
): Promise<string> {
  const [request] = await rows<{ id: string }>(
    shop,
    `insert into membership_requests (tenant, id, legal_entity_id, customer_id, awaits, created_at)
      values ($1, gen_random_uuid(), $2, $3, 'approval', now()) returning id`,
    [tenant, legalEntity, customer.id],
  );
  if (!request) throw new Error('The request was not stored');
  return request.id;
}

/** Logs in a new customer as a member of a company, which is created if omitted. */
export async function member(
  shop: Shop,
  group: CompanyGroup,
  company?: string,
): Promise<LoggedInCustomer & { company: string; assignment: string }> {
  const legalEntity = company ?? (await newCompany(shop));
  const person = await shop.signUp();
  await shop.activate(person.id);
  const assignment = await assignCustomer(shop, person, legalEntity, group);
  return Object.assign(await shop.logIn(person), { company: legalEntity, assignment });
}

/** Creates the company with the id `FIXED_COMPANY_ID`. */
export async function createFixedCompany(shop: Shop): Promise<void> {
  const body = { name: 'The Company', type: 'COMPANY' };
  await sendCompanyRequest(await shop.sharedService(), 'PUT', `/legal-entities/${FIXED_COMPANY_ID}`, { body });
}
