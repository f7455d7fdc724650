import { type Caller, restrictionsOf, scopesNamed } from '../sessions/access/caller.js';
import { RequestScope } from '../tenants/request-scope.js';

/** The customers whose assignments a caller may access, by the restrictions in its scopes. */
export interface AssignmentReach {
  /** Assignments of customers with other restrictions are not found; undefined for no limit. */
  restrictions: string[] | undefined;
  /** Whether the caller may assign the group `Admin`, whose members manage the company's customers. */
  mayAssignAdmin: boolean;
}

const READ = 'customer.customer_read';
const MANAGE = 'customer.customer_manage';

/** The reach of a caller that reads assignments, limited by its scopes that read customers. */
export function readingReach({ scopes }: Caller): AssignmentReach {
  return { restrictions: limitedTo(scopesNamed(scopes, [READ, MANAGE])), mayAssignAdmin: false };
}

/** The reach of a caller that changes assignments, limited by its scopes that change customers. */
export function managingReach({ scopes }: Caller): AssignmentReach {
  const manage = scopesNamed(scopes, [MANAGE]);
  return {
    restrictions: limitedTo(manage.length > 0 ? manage : scopesNamed(scopes, [READ])),
    mayAssignAdmin: manage.length > 0,
  };
}

/** The restrictions of the scopes for the route, and of the scopes for customers, if the caller has any. */
function limitedTo(customerScopes: string[]): string[] | undefined {
  const ofRoute = RequestScope.current?.restrictions;
  const ofCustomers = customerScopes.length > 0 ? restrictionsOf(customerScopes) : undefined;
  return ofRoute && ofCustomers ? ofRoute.filter((one) => ofCustomers.includes(one)) : (ofRoute ?? ofCustomers);
}
