import type { AccessClaims } from './access-tokens.js';

/** The people that a session of the Glue API belongs to. */
export interface GlueSession {
  customer_id?: string | null;
  /** The agent whose session it is, or who acts for the customer. */
  employee_id?: string | null;
  /** The customer's reference. */
  reference?: string | null;
  /** The customer's current company user. */
  company_user?: string | null;
}

/**
 * Returns the claims by which services of Glue's vendor identify the holder of a token. `sub` is a JSON text there, so
 * `uid` has the id that `sub` has in other tokens. The vendor's ids of customers and agents are integers: the id of an
 * agent is null, because employees have UUIDs, and so is a customer number that is not an integer.
 *
 * @param id of the customer, or of an agent who is not acting for a customer
 */
export function glueClaims(
  id: string,
  { customer_id, employee_id, reference = null, company_user = null }: GlueSession,
): Pick<AccessClaims, 'sub' | 'uid' | 'scopes'> {
  const holder = {
    id_company_user: company_user,
    id_agent: null,
    customer_reference: reference,
    id_customer: customer_id && /^\d{1,15}$/.test(customer_id) ? Number(customer_id) : null,
    permissions: null,
  };
  return { sub: JSON.stringify(holder), uid: id, scopes: scopesOf({ customer_id, employee_id, company_user }) };
}

function scopesOf({ customer_id, employee_id, company_user }: GlueSession): string[] {
  if (!customer_id) return ['agent'];
  if (employee_id) return ['customer_impersonation', 'customer'];
  return [company_user ? 'company_user' : 'customer'];
}
