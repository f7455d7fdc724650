import { sessionRows } from '../sessions/public-session.sql.js';

/** The preferences that a visitor chose, or sent at the anonymous login. Null if a profile cannot store the value. */
export interface VisitorPreferences {
  currency: string | null;
  site: string | null;
}

/** SQL for the `VisitorPreferences` of a session. Both parameters are SQL too. */
export function preferencesOf(tenant: string, session: string): string {
  const chosenOrSent = (name: string): string => `coalesce(k.chosen ->> '${name}', s.context ->> '${name}')`;
  return `select substring(${chosenOrSent('currency')} from '^[A-Za-z]{3}$') as currency, nullif(${chosenOrSent('siteCode')}, '') as site
    from ${sessionRows} s left join session_contexts k on k.tenant = s.tenant and k.session_id = s.id::text
    where s.tenant = ${tenant} and s.id = ${session}::uuid`;
}
