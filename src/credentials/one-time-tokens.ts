import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type Expression, type SqlBool, sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { hashOf, randomToken } from '../common/secrets.js';
import { anyOf, violates } from '../database/database.js';
import type { MailKind } from '../mailer/mail-kinds.js';
import { giveUpRevoked } from '../mailer/revoked-mails.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { AccountTables } from './account.entity.js';
import { OneTimeToken, type OneTimeTokenTables, type TokenPurpose } from './one-time-token.entity.js';

/** The purposes of tokens that an intruder may have requested, to take over or delete the account later. */
export const intruderPurposes: TokenPurpose[] = ['email-change', 'link-identity', 'erasure'];

/** The purposes of all tokens. */
export const allPurposes: TokenPurpose[] = ['password-reset', 'opt-in', ...intruderPurposes];

/** The kinds of mails with the tokens of each purpose. */
const kindsOf: Record<TokenPurpose, MailKind[]> = {
  'password-reset': ['password-reset', 'initial-password'],
  'email-change': ['email-change'],
  'opt-in': ['opt-in'],
  'link-identity': ['link-identity'],
  erasure: ['erasure'],
};

/** Tokens that are sent by mail. Each is valid once. */
@Injectable()
export class OneTimeTokens {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Issues a new token, and revokes the customer's older one for the same purpose.
   *
   * @param lifetime in seconds
   * @throws Failure `customer_not_found` when the customer was deleted meanwhile
   */
  async issue(
    customerId: string,
    purpose: TokenPurpose,
    lifetime: number,
    intent: Record<string, unknown> = {},
  ): Promise<string> {
    const token = randomToken();
    const row = {
      tenant: this.tenants.current,
      customerId,
      purpose,
      hash: hashOf(token),
      intent,
      expiresAt: this.clock.in(lifetime),
    };
    try {
      await this.em.upsert(OneTimeToken, row, { disableIdentityMap: true });
      return token;
    } catch (error) {
      if (!violates(error, 'one_time_tokens_tenant_customer_id_fkey')) throw error;
      throw new Failure('customer_not_found', { cause: error, facts: { customer: customerId } });
    }
  }

  /**
   * Consumes a token. Of two concurrent calls, only one succeeds. Joins the caller's transaction; a rollback makes the
   * token valid again.
   *
   * @throws Failure `mailed_token_rejected`; its fact `expired` is set if a token for a password has expired
   */
  async use<Intent>(token: string, purpose: TokenPurpose): Promise<{ customerId: string; intent: Intent }> {
    const used = await this.em
      .getKysely<OneTimeTokenTables>()
      .deleteFrom('one_time_tokens as t')
      .where(this.isValid(token, purpose))
      .returning(['t.customer_id', 't.intent'])
      .executeTakeFirst();
    if (!used) throw await this.rejection(token, purpose);
    return { customerId: used.customer_id, intent: used.intent as Intent };
  }

  /**
   * Finds the account of a token that `use` would accept now. Call it before work that costs more than this query.
   *
   * @returns the login e-mail
   * @throws Failure `mailed_token_rejected`, as `use`
   */
  async accountOf(token: string, purpose: TokenPurpose): Promise<string> {
    const found = await this.em
      .getKysely<OneTimeTokenTables & AccountTables>()
      .selectFrom('one_time_tokens as t')
      .innerJoin('accounts as a', (on) =>
        on.onRef('a.tenant', '=', 't.tenant').onRef('a.customer_id', '=', 't.customer_id'),
      )
      .where(this.isValid(token, purpose))
      .select('a.email')
      .executeTakeFirst();
    if (!found) throw await this.rejection(token, purpose);
    return found.email;
  }

  /** Whether a token of this purpose was issued and not used, though it may have expired. */
  async isOutstanding(customerId: string, purpose: TokenPurpose): Promise<boolean> {
    return (await this.em.count(OneTimeToken, { customerId, purpose })) > 0;
  }

  /** The error for a token that is not valid now. Only its owner can find out that it has expired. */
  private async rejection(token: string, purpose: TokenPurpose): Promise<Failure> {
    const expired =
      purpose === 'password-reset' && (await this.em.count(OneTimeToken, { hash: hashOf(token), purpose }));
    return new Failure('mailed_token_rejected', { facts: { purpose, ...(expired && { expired: 'true' }) } });
  }

  /** SQL that is true of the row `t` of a token that is valid now. */
  private isValid(token: string, purpose: TokenPurpose): Expression<SqlBool> {
    const [tenant, now] = [this.tenants.current, this.clock.now()];
    return sql<SqlBool>`t.tenant = ${tenant} and t.hash = ${hashOf(token)} and t.purpose = ${purpose} and t.expires_at > ${now}`;
  }

  /**
   * Revokes a customer's tokens of these purposes. Mails with them that are still queued are not sent. Joins the
   * caller's transaction.
   */
  async revoke(customerId: string, purposes: TokenPurpose[]): Promise<void> {
    await this.revokeOfEach([customerId], purposes);
  }

  /** Does the same for many customers, in one statement. */
  async revokeOfEach(customerIds: string[], purposes: TokenPurpose[]): Promise<void> {
    const { current: tenant } = this.tenants;
    const kinds = purposes.flatMap((purpose) => kindsOf[purpose]);
    await this.em
      .getKysely<OneTimeTokenTables>()
      .with('mails', () => giveUpRevoked(this.em, { tenant, customerIds, kinds, now: this.clock.now() }))
      .deleteFrom('one_time_tokens')
      .where('tenant', '=', tenant)
      .where('customer_id', '=', anyOf(customerIds))
      .where('purpose', '=', sql<TokenPurpose>`${anyOf(purposes)}`)
      .execute();
  }

  /** Locks all tokens of many customers until the caller's transaction ends. */
  async lockOfEach(customerIds: string[]): Promise<void> {
    await this.em
      .getKysely<OneTimeTokenTables>()
      .selectFrom('one_time_tokens')
      .select('purpose')
      .where('tenant', '=', this.tenants.current)
      .where('customer_id', '=', anyOf(customerIds))
      .orderBy('customer_id')
      .orderBy('purpose')
      .forUpdate()
      .execute();
  }
}

/** Ignores the error that the recipient of a mail was deleted meanwhile. @throws every other error */
export function unlessDeleted(error: unknown): void {
  if (!(error instanceof Failure) || error.code !== 'customer_not_found') throw error;
}
