import type { EntityManager } from '@mikro-orm/postgresql';
import type { SelectQueryBuilder } from 'kysely';
import type { HistoryTables } from './history-entry.entity.js';

/** A query for entries of a tenant, also as a part of the queries of other modules. */
export function entriesOf(
  em: EntityManager,
  tenant: string,
): SelectQueryBuilder<HistoryTables, 'history', Record<never, never>> {
  return em.getKysely<HistoryTables>().selectFrom('history').where('history.tenant', '=', tenant);
}
