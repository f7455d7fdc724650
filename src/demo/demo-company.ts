import { EntityManager } from '@mikro-orm/postgresql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Failure } from '../common/failure.js';
import { type CompanyUserChanges, CompanyUsersService } from '../companies/company-users.service.js';
import { type LegalEntityInput, LegalEntitiesService } from '../companies/legal-entities.service.js';
import type { GlueFields } from '../companies/legal-entities.service.js';
import { type LocationInput, LocationsService } from '../companies/locations.service.js';

/** A company user of the demo. */
export interface DemoCompanyUser extends Required<Pick<CompanyUserChanges, 'group' | 'active' | 'isDefault'>> {
  email: string;
  /** The id of the legal entity, which is the business unit. */
  legalEntity: string;
}

const COMPANY = 'engines';

const office = (
  city: string,
  postcode: string,
  countryCode: string,
  ...tags: string[]
): LocationInput['contactDetails'] => ({
  addressLine1: 'Station Street',
  addressLine2: '1',
  city,
  postcode,
  countryCode,
  tags,
});

const locations: Record<string, LocationInput> = {
  'engines-berlin-office': {
    name: 'Office',
    type: 'OFFICE',
    contactDetails: { ...office('Berlin', '10115', 'DE', 'billing'), phones: ['+49 30 5550100'] },
  },
  'engines-berlin-store': {
    name: 'Store',
    type: 'WAREHOUSE',
    contactDetails: office('Berlin', '13353', 'DE', 'shipping'),
  },
  'engines-london-office': {
    name: 'Office',
    type: 'HEADQUARTER',
    contactDetails: office('London', 'W1G 0AA', 'GB', 'billing', 'shipping'),
  },
};

const parts = (...ids: string[]): Pick<LegalEntityInput, 'type' | 'parentId' | 'entitiesAddresses'> => ({
  type: 'SUBSIDIARY',
  parentId: COMPANY,
  entitiesAddresses: ids.map((id) => ({ id })),
});

/** The company, and its two units with their addresses. */
const legalEntities: Record<string, LegalEntityInput> = {
  [COMPANY]: {
    name: 'Analytical Engines',
    legalInfo: { legalName: 'Analytical Engines Ltd', registrationId: 'ENGINES' },
  },
  'engines-berlin': { name: 'Analytical Engines Berlin', ...parts('engines-berlin-office', 'engines-berlin-store') },
  'engines-london': { name: 'Analytical Engines London', ...parts('engines-london-office') },
};

const berlin: GlueFields = { email: 'berlin@engines.example', phone: '+49 30 5550100', iban: 'DE02100100100006820101' };

/** Ada can switch from an administrator in Berlin to a requester in London. */
const companyUsers: DemoCompanyUser[] = [
  { email: 'ada@demo.example', legalEntity: 'engines-berlin', group: 'Admin', active: true, isDefault: true },
  { email: 'ada@demo.example', legalEntity: 'engines-london', group: 'Requester', active: true, isDefault: false },
  { email: 'grace@demo.example', legalEntity: 'engines-london', group: 'Buyer', active: true, isDefault: false },
  { email: 'cleo@demo.example', legalEntity: 'engines-berlin', group: 'Buyer', active: false, isDefault: false },
];

/**
 * Creates the demo's company with its units, addresses and users, unless the company exists.
 *
 * @param customers the demo's customers
 * @returns the company users
 */
export async function provisionCompany(
  app: NestFastifyApplication,
  customers: { email: string; customerNumber: string }[],
): Promise<DemoCompanyUser[]> {
  try {
    await app.get(EntityManager).transactional(() => createCompany(app, customers));
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'legal_entity_taken') throw error;
  }
  return companyUsers;
}

async function createCompany(
  app: NestFastifyApplication,
  customers: { email: string; customerNumber: string }[],
): Promise<void> {
  const entities = app.get(LegalEntitiesService);
  for (const [id, input] of Object.entries(locations)) await app.get(LocationsService).createMissing(input, id);
  for (const [id, input] of Object.entries(legalEntities)) await entities.create(input, id);
  await entities.setGlueFields('engines-berlin', berlin);
  for (const { email, legalEntity, ...state } of companyUsers) {
    const { customerNumber = '' } = customers.find((customer) => customer.email === email) ?? {};
    await app.get(CompanyUsersService).set(customerNumber, legalEntity, state);
  }
}
