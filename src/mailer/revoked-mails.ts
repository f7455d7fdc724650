import type { EntityManager } from '@mikro-orm/postgresql';
import { type UpdateQueryBuilder, type UpdateResult, sql } from 'kysely';
import { anyOf } from '../database/database.js';
import type { MailKind } from './mail-kinds.js';
import type { OutboxTables } from './outbox-message.entity.js';

/** Why a mail is given up whose link was revoked before it was sent. */
const REVOKED = 'The link in the mail was revoked';

/**
 * An update that gives up the queued mails of customers whose links are revoked. Like mails with an expired link, they
 * cannot be queued again.
 */
export function giveUpRevoked(
  em: EntityManager,
  mails: { tenant: string; customerIds: string[]; kinds: MailKind[]; now: Date },
): UpdateQueryBuilder<OutboxTables, 'outbox', 'outbox', UpdateResult> {
  const { tenant, customerIds, kinds, now } = mails;
  const reason = { last_error: REVOKED, last_reason: REVOKED, smtp_code: null };
  return em
    .getKysely<OutboxTables>()
    .updateTable('outbox')
    .set({ ...reason, given_up_at: now, expires_at: now, due_at: null, turn_at: null, originator: null })
    .where('tenant', '=', tenant)
    .where('customer_id', '=', anyOf(customerIds))
    .where('kind', '=', sql<MailKind>`${anyOf(kinds)}`)
    .where('due_at', 'is not', null);
}
