import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { hashOf, randomToken } from '../common/secrets.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { EmailUndo, type EmailUndoTables } from './email-undo.entity.js';

/** The maximum number of a customer's changes that can be undone. A further change does not replace an older one. */
const MAX_UNDOS = 5;

/**
 * The changes of login e-mails that can be undone with a token that was mailed to the old address. They are not among the
 * one-time tokens, because nothing revokes them but an undo of an older change: an attacker who uses the account could
 * otherwise take the token from the owner.
 */
@Injectable()
export class EmailUndos {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores a change in the caller's transaction, which holds the lock of the account's row.
   *
   * @param before the e-mails before the change
   * @returns the token for the old address; undefined if there are as many changes as can be undone
   */
  async add(
    customerId: string,
    { email, contactEmail }: Pick<EmailUndo, 'email' | 'contactEmail'>,
  ): Promise<{ token: string; until: Date } | undefined> {
    const token = randomToken();
    const until = this.clock.in(this.tenants.settings.lifetimes.emailUndo);
    const [tenant, now] = [this.tenants.current, this.clock.now()];
    const db = this.em.getKysely<EmailUndoTables>();
    const others = db
      .selectFrom('email_undos')
      .select(sql<number>`count(*)`.as('number'))
      .where('tenant', '=', tenant)
      .where('customer_id', '=', customerId)
      .where('expires_at', '>', now);
    const added = await db
      .insertInto('email_undos')
      .columns(['tenant', 'hash', 'customer_id', 'email', 'contact_email', 'changed_at', 'expires_at'])
      .expression((eb) =>
        eb
          .selectFrom(others.as('others'))
          .select([sql<string>`${tenant}`.as('tenant'), sql<string>`${hashOf(token)}`.as('hash')])
          .select([sql<string>`${customerId}`.as('customer_id'), sql<string>`${email}`.as('email')])
          .select(sql<string | null>`${contactEmail ?? null}`.as('contact_email'))
          .select([sql<Date>`${now}::timestamptz`.as('changed_at'), sql<Date>`${until}::timestamptz`.as('expires_at')])
          .where('others.number', '<', MAX_UNDOS),
      )
      .returning('hash')
      .execute();
    return added.length > 0 ? { token, until } : undefined;
  }

  /** Returns the change that a token undoes. @throws Failure `mailed_token_rejected` */
  async find(token: string): Promise<EmailUndo> {
    const valid = { hash: hashOf(token), expiresAt: { $gt: this.clock.now() } };
    const found = await this.em.findOne(EmailUndo, valid, { disableIdentityMap: true });
    if (!found) throw undoRejected();
    return found;
  }

  /**
   * Consumes the token of a change, and revokes those of later changes. Joins the caller's transaction, which holds the
   * lock of the account's row.
   *
   * @throws Failure `mailed_token_rejected` if it was used or revoked meanwhile
   */
  async use({ hash, customerId, changedAt }: EmailUndo): Promise<void> {
    const used = await this.em
      .getKysely<EmailUndoTables>()
      .deleteFrom('email_undos')
      .where('tenant', '=', this.tenants.current)
      .where('customer_id', '=', customerId)
      .where((eb) => eb.or([eb('hash', '=', hash), eb('changed_at', '>=', changedAt)]))
      .returning('hash')
      .execute();
    if (!used.some((undo) => undo.hash === hash)) throw undoRejected();
  }
}

export function undoRejected(cause?: unknown): Failure {
  return new Failure('mailed_token_rejected', { cause, facts: { purpose: 'email-undo' } });
}
