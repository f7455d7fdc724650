import { activeMemberships } from '../companies/companies.fragments.js';
import { logins } from '../credentials/credentials.fragments.js';
import type { CompanyGroup } from '../sessions/customer-scopes.js';
import type { SessionProjection } from '../sessions/access/session-check.sql.js';

/** The current data of a customer whose token is validated. */
export interface CurrentCustomer {
  email: string | null;
  /** The groups by legal entity. */
  groups: Partial<Record<string, CompanyGroup>>;
}

/** Current data of the customer that a token does not contain, or that may have changed since it was issued. */
export const currentCustomer: SessionProjection = {
  expression: `json_build_object(
    'email', (select email from ${logins} a where a.tenant = s.tenant and a.customer_id = s.customer_id limit 1),
    'groups', (select coalesce(json_object_agg(m.legal_entity_id, m.company_group), '{}') from ${activeMemberships} m
      where m.tenant = s.tenant and m.customer_id = s.customer_id))`,
};
