/**
 * SQL that copies the stored contexts of sessions to other sessions.
 *
 * @param pairs a query of rows with the columns `tenant`, and `source` and `target`, ids of sessions
 */
export const copyContexts = (pairs: string): string =>
  `insert into session_contexts (tenant, session_id, chosen, context, version, created_at, modified_at)
      select k.tenant, pair.target::text, k.chosen, k.context, k.version, k.created_at, k.modified_at
      from (${pairs}) pair
        join session_contexts k on k.tenant = pair.tenant and k.session_id = pair.source::text`;
