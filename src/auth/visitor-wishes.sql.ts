import type { Statement } from '../database/database.js';

/** What a visitor chose, or told at the anonymous login; null where it is nothing that a profile can keep. */
export interface VisitorWishes {
  currency: string | null;
  site: string | null;
}

/** SQL for the `VisitorWishes` of a session; both parameters are SQL too. */
export function wishesOf(tenant: string, session: string): string {
  const said = (name: string): string => `coalesce(k.chosen ->> '${name}', s.context ->> '${name}')`;
  return `select substring(${said('currency')} from '^[A-Za-z]{3}$') as currency, nullif(${said('siteCode')}, '') as site
    from sessions s left join session_contexts k on k.tenant = s.tenant and k.session_id = s.public_id::text
    where s.tenant = ${tenant} and s.id = ${session}::uuid`;
}

/** `$1` tenant, `$2` the visitor's session. */
export const visitorWishes: Statement = { name: 'visitor_wishes', text: wishesOf('$1', '$2') };
