import { randomUUID } from 'node:crypto';
import type { CompanyGroup } from '../../src/sessions/customer-scopes.js';
import { assignCustomer, newCompany } from './companies.js';
import type { Glue, GlueCustomer } from './glue.js';
import { rows } from './rows.js';
import type { Body, Shop } from './shop.js';

/** A legal entity with its ids in both APIs. */
export interface Unit {
  /** The id in the Emporix API. */
  id: string;
  uuid: string;
  name: string;
}

/** A company with two business units. */
export interface Company extends Unit {
  berlin: Unit;
  paris: Unit;
}

/** A customer who is logged in and acts as a company user. */
export interface CompanyUser extends GlueCustomer {
  /** The id of the company user. */
  uuid: string;
}

const uuidOf = async (shop: Shop, table: string, id: string): Promise<string> => {
  const [row] = await rows<{ uuid: string }>(shop, `select uuid from ${table} where tenant = 'shop' and id = $1`, [id]);
  if (!row) throw new Error(`No row ${id} in ${table}`);
  return row.uuid;
};

export async function newUnit(shop: Shop, body: Body & { name: string }): Promise<Unit> {
  const id = await newCompany(shop, body);
  return { id, uuid: await uuidOf(shop, 'legal_entities', id), name: body.name };
}

/** @param addresses ids of locations of the unit in Berlin */
export async function newCompanyWithUnits(shop: Shop, addresses: string[] = []): Promise<Company> {
  const company = await newUnit(shop, { name: 'ABC Company' });
  const part = { type: 'SUBSIDIARY', parentId: company.id };
  const entitiesAddresses = addresses.map((id) => ({ id }));
  return {
    ...company,
    berlin: await newUnit(shop, { ...part, name: 'ABC Berlin', entitiesAddresses }),
    paris: await newUnit(shop, { ...part, name: 'ABC Paris' }),
  };
}

/** Assigns a customer to a legal entity with the Emporix API. @returns the id of the company user */
export async function addCompanyUser(
  shop: Shop,
  { reference }: { reference: string },
  { id }: Unit,
  group: CompanyGroup = 'Buyer',
): Promise<string> {
  const [customer] = await rows<{ id: string }>(shop, 'select id from customers where reference = $1', [reference]);
  const assignment = await assignCustomer(shop, { id: customer?.id ?? '' }, id, group);
  return uuidOf(shop, 'contact_assignments', assignment);
}

/** Signs up a customer, who logs in as a company user. */
export async function newCompanyUser(glue: Glue, unit: Unit, group: CompanyGroup = 'Buyer'): Promise<CompanyUser> {
  const customer = await glue.customer();
  const uuid = await addCompanyUser(glue.shop, customer, unit, group);
  return Object.assign(await glue.logIn(customer), { uuid });
}

/** Sets columns of the row with that UUID. */
export async function setColumns(shop: Shop, table: string, uuid: string, values: Body): Promise<void> {
  const names = Object.keys(values);
  const changes = names.map((name, index) => `${name} = $${index + 2}`).join(', ');
  await rows(shop, `update ${table} set ${changes} where uuid = $1`, [uuid, ...Object.values(values)]);
}

/** Stores a location. @returns its ids in both APIs */
export async function newLocation(shop: Shop, name: string | null, contactDetails: Body): Promise<Omit<Unit, 'name'>> {
  const id = randomUUID();
  await rows(
    shop,
    `insert into locations (tenant, id, name, type, contact_details, created_at, modified_at)
      values ('shop', $1, $2, 'OFFICE', $3, now(), now())`,
    [id, name, JSON.stringify(contactDetails)],
  );
  return { id, uuid: await uuidOf(shop, 'locations', id) };
}
