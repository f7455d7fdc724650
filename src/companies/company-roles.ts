import { namedUuid } from '../common/uuid.js';
import type { CompanyGroup } from '../sessions/customer-scopes.js';

/** A group of a company's members, as the Glue API returns it. */
export interface CompanyRole {
  /** A UUID that is computed from the company and the group: it never changes and is not stored. */
  id: string;
  name: CompanyGroup;
  /** Whether a customer who joins the company gets this role. */
  isDefault: boolean;
}

const groups: CompanyGroup[] = ['Admin', 'Buyer', 'Requester'];

/** The roles of a company. @param company its UUID */
export function rolesOf(company: string): CompanyRole[] {
  return groups.map((name) => ({ id: namedUuid(company, name), name, isDefault: name === 'Requester' }));
}

/** Whether the members of a group may list and read the company users of their company. */
export function seesCompanyUsers(group: CompanyGroup): boolean {
  return group === 'Admin';
}
