import type { Load } from '../sessions/sessions.sql.js';
import { unauthorized } from './refusal.js';

/** Loads the caller's reference in the query that checks the session. */
export const ownReference: Load = {
  name: 'reference',
  expression: '(select c.reference from customers c where c.tenant = s.tenant and c.id = s.customer_id)',
};

/** @throws Refusal when the reference in the path is not the caller's */
export function own(reference: string, callers: string): void {
  if (reference !== callers) throw unauthorized();
}
