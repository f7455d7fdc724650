import { referenceOf } from '../customers/customers.fragments.js';
import type { SessionProjection } from '../sessions/access/session-check.sql.js';
import { unauthorized } from './glue-error.js';

/** Loads the caller's reference in the query that checks the session. */
export const ownReference: SessionProjection = {
  expression: referenceOf('s.tenant', 's.customer_id'),
};

/** @throws GlueError when the reference in the path is not the caller's */
export function assertOwnReference(reference: string, callers: string): void {
  if (reference !== callers) throw unauthorized();
}
