import type { SessionProjection } from '../sessions/access/session-check.sql.js';

/** SQL that is true if a customer has an active second factor; both parameters are SQL too. */
export const activeSecondFactorExists = (tenant: string, customer: string): string =>
  `exists (select 1 from second_factors f
    where f.tenant = ${tenant} and f.customer_id = ${customer} and f.status = 'active')`;

/** Loads whether the caller has an active second factor, in the query that checks the session. */
export const hasSecondFactor: SessionProjection = {
  expression: `to_json(${activeSecondFactorExists('s.tenant', 's.customer_id')})`,
};
