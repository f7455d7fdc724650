import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { hashOf, randomToken } from '../common/secrets.js';
import { violates } from '../database/database.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { OneTimeToken, TokenPurpose } from './one-time-token.entity.js';

/** What somebody who was logged in may have asked for, to take the account over or away later. */
export const pending: TokenPurpose[] = ['email-change', 'link-identity', 'erasure'];

/** Tokens that leave in mails. Each works once. */
@Injectable()
export class OneTimeTokens {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /**
   * A new token; the customer's older one of the same purpose is dead.
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
   * Uses a token up: of two calls at once, one gets it. Joins the caller's transaction, whose failure gives it back.
   *
   * @throws Failure `mailed_token_refused`
   */
  async use<Intent>(token: string, purpose: TokenPurpose): Promise<{ customerId: string; intent: Intent }> {
    const [used] = await this.em.execute<{ customer_id: string; intent: Intent }[]>(
      `delete from one_time_tokens where tenant = ? and hash = ? and purpose = ? and expires_at > ?
        returning customer_id, intent`,
      [this.tenants.current, hashOf(token), purpose, this.clock.now()],
    );
    if (!used) throw new Failure('mailed_token_refused', { facts: { purpose } });
    return { customerId: used.customer_id, intent: used.intent };
  }

  /** Whether a token of this purpose was issued and not used, though it may have expired. */
  async pending(customerId: string, purpose: TokenPurpose): Promise<boolean> {
    return (await this.em.count(OneTimeToken, { customerId, purpose })) > 0;
  }

  /** Kills a customer's tokens of these purposes. Joins the caller's transaction. */
  async revoke(customerId: string, purposes: TokenPurpose[]): Promise<void> {
    await this.em.nativeDelete(OneTimeToken, { customerId, purpose: purposes });
  }
}

/** Whom a mail was for was deleted meanwhile: nobody is to be told. @throws every other error */
export function unlessDeleted(error: unknown): void {
  if (!(error instanceof Failure) || error.code !== 'customer_not_found') throw error;
}
