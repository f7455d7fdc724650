import type { ProfileChanges, StandingChanges } from '../customers/customers.service.js';
import type { Reach } from '../tenants/reach.js';

/** The input of an employee, a service or a company Admin for a customer. */
export interface CustomerAdminInput extends ProfileChanges, StandingChanges {
  /** The customer number; generated if omitted. */
  id?: string;
  password?: string;
}

/**
 * Removes the fields that a company Admin may not set. Employees decide on holds, restrictions and other companies. The
 * customer sets the password with the mailed link.
 */
export function permitted(input: CustomerAdminInput, { company: administered }: Reach): CustomerAdminInput {
  if (!administered) return input;
  const { id, password, onHold, type, restriction, reference, confirmed, companyRegistrationId, ...rest } = input;
  return rest;
}
