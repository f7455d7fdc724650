import { type Caller, restrictionsOf, scopesNamed } from '../sessions/access/caller.js';
import type { Reach } from '../tenants/reach.js';

/** The customers whose assignments a caller may access, by the restrictions in its scopes. */
export interface AssignmentReach {
  /** Assignments of customers with other restrictions are not found; undefined for no limit. */
  restrictions: string[] | undefined;
  /** Whether the caller may assign the group `Admin`, whose members manage the company's customers. */
  mayAssignAdmin: boolean;
}

const ASSIGN = ['customermanagement.contactassignment_manage', 'customermanagement.legalentity_manage'];
const READ = 'customer.customer_read';
const MANAGE = 'customer.customer_manage';

/** The reach of a caller that reads assignments, limited by its scopes that read customers. */
export function readingReach({ scopes, reach }: Caller): AssignmentReach {
  return { restrictions: limitedTo(reach, scopesNamed(scopes, [READ, MANAGE])), mayAssignAdmin: false };
}

/** The reach of a caller that changes assignments, limited by its scopes that change customers. */
export function managingReach({ scopes, reach }: Caller): AssignmentReach {
  const manage = scopesNamed(scopes, [MANAGE]);
  return {
    restrictions: limitedTo(reach, manage.length > 0 ? manage : scopesNamed(scopes, [READ])),
    mayAssignAdmin: manage.length > 0,
  };
}

/**
 * The reach of a caller that imports customers with their assignments, limited by its scopes for assignments and for
 * customers; undefined without a scope for assignments.
 */
export function importingReach(caller: Caller): AssignmentReach | undefined {
  const assigning = scopesNamed(caller.scopes, ASSIGN);
  if (assigning.length === 0) return undefined;
  return managingReach({ ...caller, reach: { ...caller.reach, restrictions: restrictionsOf(assigning) } });
}

/** The restrictions of the scopes for the route, and of the scopes for customers, if the caller has any. */
function limitedTo({ restrictions: ofRoute }: Reach, customerScopes: string[]): string[] | undefined {
  const ofCustomers = customerScopes.length > 0 ? restrictionsOf(customerScopes) : undefined;
  return ofRoute && ofCustomers ? ofRoute.filter((one) => ofCustomers.includes(one)) : (ofRoute ?? ofCustomers);
}
