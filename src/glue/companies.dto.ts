import { type CompanyRole, rolesOf } from '../companies/company-roles.js';
import type { BusinessUnitRow, CompanyRow, CompanyUserRow, UnitAddressRow } from '../companies/company-users.sql.js';
import { customerResource } from './customers.dto.js';
import type { Resource } from './resource.js';
import { RequiredUuid } from './validators.js';

export class SelectedCompanyUserAttributes {
  /** The id of one of the caller's company users. */
  @RequiredUuid()
  idCompanyUser!: string;
}

export class CompanyUserAttributes {
  /** Whether the customer may act for the company. */
  isActive!: boolean;
  /** Whether this is the current company user after a login of a customer with several. */
  isDefault!: boolean;
}

export class CompanyAttributes {
  /** Whether customers may act for the company. */
  isActive!: boolean;
  /**
   * The name of the company.
   * @example 'Acme Ltd'
   */
  name!: string;
  /** The approval status of the company. */
  status!: 'pending' | 'approved' | 'denied';
}

export class CompanyRoleAttributes {
  /** The name of the role. */
  name!: 'Admin' | 'Buyer' | 'Requester';
  /** Whether a customer who joins the company gets this role. */
  isDefault!: boolean;
}

export class BusinessUnitAttributes {
  /**
   * The name of the business unit.
   * @example 'Acme Berlin'
   */
  name!: string;
  /** The e-mail address of the business unit. */
  email!: string | null;
  /** The phone number of the business unit. */
  phone!: string | null;
  /** The website of the business unit. */
  externalUrl!: string | null;
  /** The BIC of the business unit's bank account. */
  bic!: string | null;
  /** The IBAN of the business unit's bank account. */
  iban!: string | null;
  /** The id of the address to which invoices are sent: the first one with the tag `billing`. */
  defaultBillingAddress!: string | null;
}

export class BusinessUnitAddressAttributes {
  /** The first line of the address. */
  address1!: string | null;
  /** The second line of the address. */
  address2!: string | null;
  /** Always null: a location has two lines. */
  address3!: string | null;
  /** The postal code. */
  zipCode!: string | null;
  /** The city or town. */
  city!: string | null;
  /** The first phone number of the location. */
  phone!: string | null;
  /** The ISO 3166-1 alpha-2 code of the country. */
  iso2Code!: string | null;
  /** The name of the location. */
  comment!: string | null;
}

export function companyResource({ id, name, active, status }: CompanyRow): Resource {
  const attributes: CompanyAttributes = { isActive: active, name, status };
  return { type: 'companies', id, path: `companies/${id}`, attributes };
}

export function roleResource({ id, name, isDefault }: CompanyRole): Resource {
  const attributes: CompanyRoleAttributes = { name, isDefault };
  return { type: 'company-roles', id, path: `company-roles/${id}`, attributes };
}

/** The role with its company as a related resource. */
export function roleOfCompanyResource(role: CompanyRole, company: CompanyRow): Resource {
  return { ...roleResource(role), related: { companies: [companyResource(company)] } };
}

export function businessUnitResource(unit: BusinessUnitRow): Resource {
  const { id, name, email, phone, external_url: externalUrl, bic, iban, billing_address: defaultBillingAddress } = unit;
  const attributes: BusinessUnitAttributes = { name, email, phone, externalUrl, bic, iban, defaultBillingAddress };
  return { type: 'company-business-units', id, path: `company-business-units/${id}`, attributes };
}

/** The business unit with its company and addresses as related resources. */
export function unitOfCompanyResource(unit: BusinessUnitRow, company: CompanyRow): Resource {
  const addresses = (unit.addresses ?? []).map(unitAddressResource);
  const related = { companies: [companyResource(company)], 'company-business-unit-addresses': addresses };
  return { ...businessUnitResource(unit), related };
}

export function unitAddressResource({ id, name, details }: UnitAddressRow): Resource {
  const attributes: BusinessUnitAddressAttributes = {
    address1: details.addressLine1 ?? null,
    address2: details.addressLine2 ?? null,
    address3: null,
    zipCode: details.postcode ?? null,
    city: details.city ?? null,
    phone: details.phones?.[0] ?? null,
    iso2Code: details.countryCode ?? null,
    comment: name,
  };
  return { type: 'company-business-unit-addresses', id, path: `company-business-unit-addresses/${id}`, attributes };
}

/** The roles of a company user. */
export function rolesOfUser({ company, company_group }: CompanyUserRow): CompanyRole[] {
  return rolesOf(company.id).filter(({ name }) => name === company_group);
}

/** The company user with its related resources. The related resources have no related resources themselves. */
export function companyUserResource(user: CompanyUserRow): Resource {
  const { id, active: isActive, is_default: isDefault, company, unit, customer } = user;
  const attributes: CompanyUserAttributes = { isActive, isDefault };
  return {
    type: 'company-users',
    id,
    path: `company-users/${id}`,
    attributes,
    related: {
      companies: [companyResource(company)],
      'company-business-units': [businessUnitResource(unit)],
      'company-roles': rolesOfUser(user).map(roleResource),
      customers: customer ? [customerResource(customer)] : [],
    },
  };
}
