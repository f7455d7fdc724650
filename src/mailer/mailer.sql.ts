import type { EntityManager } from '@mikro-orm/postgresql';
import type { SelectQueryBuilder } from 'kysely';
import type { OutboxTables } from './outbox-message.entity.js';

/** A query for the mails of a customer that are still stored, also as a part of the queries of other modules. */
export function mailsOfCustomer(
  em: EntityManager,
  tenant: string,
  customerId: string,
): SelectQueryBuilder<OutboxTables, 'outbox', Record<never, never>> {
  const mails = em.getKysely<OutboxTables>().selectFrom('outbox');
  return mails.where('outbox.tenant', '=', tenant).where('outbox.customer_id', '=', customerId);
}
