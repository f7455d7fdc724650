import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type Selectable, sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { normalEmail } from '../common/email.js';
import { Failure } from '../common/failure.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { OneTimeTokens, intruderPurposes } from '../credentials/one-time-tokens.js';
import type { CustomerTables } from '../customers/customer.entity.js';
import { customersOf, loginEmail, updateCustomers } from '../customers/customers.sql.js';
import { anyOf, transaction } from '../database/database.js';
import type { Changes } from '../history/history-entry.entity.js';
import { History } from '../history/history.service.js';
import { Outbox } from '../mailer/outbox.service.js';
import type { Reach } from '../tenants/reach.js';
import { TenantsService } from '../tenants/tenants.service.js';

export type Decision = 'activate' | 'decline';

/** A customer to decide about. */
type Candidate = Pick<
  Selectable<CustomerTables['customers']>,
  'id' | 'type' | 'active' | 'standing' | 'on_hold' | 'must_confirm' | 'contact_email' | 'first_name'
> & {
  confirmed: boolean;
  /** The login e-mail, in its normal form. */
  login: string | null;
};

/** What each decision stores, apart from the time and the version. */
const stored: Record<Decision, { active: boolean } | { standing: 'declined' }> = {
  activate: { active: true },
  decline: { standing: 'declined' },
};

const recorded: Record<Decision, Changes> = {
  activate: { fields: ['active'], from: { active: false }, to: { active: true } },
  decline: { fields: ['standing'], from: { standing: 'awaiting' }, to: { standing: 'declined' } },
};

/** Activates and declines customers, for employees and services; see decision 0065. */
@Injectable()
export class ActivationsService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly accounts: AccountsService,
    private readonly tokens: OneTimeTokens,
    private readonly history: History,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Activates or declines customers in one transaction, in a number of statements that does not depend on the number of
   * customers, apart from the mails. A customer who cannot be decided about does not stop the others. A decision that
   * was already made changes nothing. `activate` also reactivates customers who were declined or deactivated, and
   * clears the failed logins of customers who tried to log in too early.
   *
   * @param ids customer numbers
   * @param reason for the history
   * @returns for each number, in the same order, undefined or the failure: `customer_not_found`, also if the customer is
   * not within reach; `decision_not_applicable` with the fact `obstacle`
   */
  async decide(
    ids: string[],
    decision: Decision,
    reason: string | undefined,
    reach: Reach,
  ): Promise<(Failure | undefined)[]> {
    return transaction(this.em, async () => {
      // The same order as in requests that use a token, which avoids deadlocks.
      if (decision === 'decline') await this.tokens.lockOfEach(ids);
      const candidates = new Map((await this.lock(ids, reach)).map((candidate) => [candidate.id, candidate]));
      const outcomes = new Map<string, Failure | undefined>();
      const decided: Candidate[] = [];
      for (const id of new Set(ids)) {
        const candidate = candidates.get(id);
        const failure = candidate ? obstacleTo(decision, candidate) : notFound(id);
        outcomes.set(id, failure);
        if (candidate && !failure && !isMade(decision, candidate)) decided.push(candidate);
      }
      if (decided.length > 0) await this.store(decided, decision, reason);
      return ids.map((id) => outcomes.get(id));
    });
  }

  /** Locks the customers within reach, in the order of their numbers. */
  private async lock(ids: string[], { restrictions }: Reach): Promise<Candidate[]> {
    return customersOf(this.em, this.tenants.current)
      .where('id', '=', anyOf(ids))
      .$if(restrictions !== undefined, (query) => query.where('restriction', '=', anyOf(restrictions ?? [])))
      .select(['id', 'type', 'active', 'standing', 'on_hold', 'must_confirm', 'contact_email', 'first_name'])
      .select([sql<boolean>`confirmed_at is not null`.as('confirmed'), sql.raw<string | null>(loginEmail).as('login')])
      .orderBy('id')
      .forNoKeyUpdate()
      .execute();
  }

  private async store(decided: Candidate[], decision: Decision, reason: string | undefined): Promise<void> {
    const ids = decided.map(({ id }) => id);
    const change = { ...stored[decision], modified_at: this.clock.now(), version: sql<number>`version + 1` };
    await updateCustomers(this.em, this.tenants.current, ids).set(change).execute();
    if (decision === 'decline') await this.tokens.revokeOfEach(ids, ['opt-in', 'password-reset', ...intruderPurposes]);
    else await this.accounts.clearFailures(...decided.flatMap(({ login }) => login ?? []));
    await this.history.addToEach(ids, decision === 'activate' ? 'customer_changed' : 'customer_declined', {
      ...recorded[decision],
      ...(reason !== undefined && { reason }),
    });
    for (const candidate of decided) await this.notify(candidate, decision);
  }

  /** Mails the decision to the contact e-mail. An activation is mailed only to a customer who can now log in. */
  private async notify(candidate: Candidate, decision: Decision): Promise<void> {
    const { id, contact_email: email, login, confirmed, first_name: firstName } = candidate;
    const opens = !candidate.on_hold && (!candidate.must_confirm || confirmed);
    const isMailed = decision === 'activate' ? opens : this.tenants.settings.declinedNotice;
    if (!email || !isMailed) return;
    const to = { email, customerId: id, confirmed: confirmed && login === normalEmail(email) };
    await this.outbox.add(decision === 'activate' ? 'activated' : 'declined', to, {}, { firstName });
  }
}

/** Whether the decision was already made. */
function isMade(decision: Decision, { standing }: Candidate): boolean {
  return standing === (decision === 'activate' ? 'active' : 'declined');
}

/** Why the decision is not possible. */
function obstacleTo(decision: Decision, { type, standing }: Candidate): Failure | undefined {
  if (type === 'CONTACT') return notApplicable('contact');
  const isDecided = standing === 'active' || standing === 'deactivated';
  return decision === 'decline' && isDecided ? notApplicable(standing) : undefined;
}

function notFound(customer: string): Failure {
  return new Failure('customer_not_found', { facts: { customer } });
}

/** @param obstacle a key of `decisionObstacles` */
function notApplicable(obstacle: string): Failure {
  return new Failure('decision_not_applicable', { facts: { obstacle } });
}
