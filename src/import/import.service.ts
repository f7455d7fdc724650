import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { normalEmail } from '../common/email.js';
import { Failure, invalid } from '../common/failure.js';
import { Account } from '../credentials/account.entity.js';
import { type LegacyAuth, legacyProblem } from '../credentials/legacy/registry.js';
import { isKnownHash } from '../credentials/password-formats.js';
import { Retention } from '../credentials/retention.service.js';
import { Customer } from '../customers/customer.entity.js';
import { newCustomerNumber } from '../customers/customer-number.js';
import { CustomersService, NewCustomer, ProfileChanges, StandingChanges } from '../customers/customers.service.js';
import { Database, Statement, transaction, violates } from '../database/database.js';
import { History } from '../history/history.service.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** A customer as another system knew it. */
export interface ImportInput extends Pick<StandingChanges, 'type' | 'restriction'> {
  /** The customer number; without it, one is made up. */
  id?: string;
  profile: ProfileChanges;
  account: { email: string; passwordHash?: string; legacyAuth?: LegacyAuth };
}

/** The customer number of who was imported, or why the item was refused. */
export type Outcome = { id: string } | Failure;

/** An item that can be stored, as far as we know. */
interface Arrival {
  customer: NewCustomer;
  /** By `normalEmail`. */
  email: string;
  passwordHash: string | null;
  legacyAuth: LegacyAuth | null;
}

/** Stores arrivals. @returns for each of them what kept it from being stored */
type Store = (arrivals: Arrival[]) => Promise<(Failure | undefined)[]>;

/** What is taken: numbers of customers, numbers of deleted ones, and login e-mails. */
interface Taken {
  numbers: Set<string>;
  gone: Set<string>;
  emails: Set<string>;
}

/** `$1` tenant, `$2` numbers, `$3` e-mails, `$4` whether numbers of deleted customers may be used again. */
const findTaken: Statement = {
  name: 'find_taken',
  text: `select 'numbers' as what, id as value from customers where tenant = $1 and id = any($2)
    union all select 'gone', id from taken_numbers where tenant = $1 and id = any($2) and not $4
    union all select 'emails', email from accounts where tenant = $1 and email = any($3)`,
};

/** `$1` tenant, `$2` numbers. */
const releaseNumbers: Statement = {
  name: 'release_numbers',
  text: 'delete from taken_numbers where tenant = $1 and id = any($2)',
};

/** Brings customers from another system. */
@Injectable()
export class ImportService {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly customers: CustomersService,
    private readonly retention: Retention,
    private readonly history: History,
  ) {}

  /**
   * Stores customers with their accounts in one transaction; what is wrong with one does not stop the others. Nobody
   * gets a mail. Customers are active, whatever activation the tenant asks of new ones.
   *
   * @param items failures keep their places, so that whoever reads the items may refuse some
   * @param dryRun tells what would become of them, and stores nothing
   * @returns one for each item, in their order. Failures are `invalid_input`, `access_refused`, `email_taken`, and
   * `number_taken`, whose fact `deleted` is `true` when the number was a deleted customer's
   */
  async import(items: (ImportInput | Failure)[], { dryRun = false } = {}): Promise<Outcome[]> {
    const nowhere: Store = () => Promise.resolve([]);
    try {
      return await transaction(this.em, () => this.take(items, dryRun ? nowhere : (all) => this.storeAll(all)));
    } catch (error) {
      if (!this.refusal(error)) throw error;
      // Between our look and our insert, somebody took a number or an e-mail: one by one, the database says whose.
      return transaction(this.em, () => this.take(items, (all) => this.storeEach(all)));
    }
  }

  private async take(items: (ImportInput | Failure)[], store: Store): Promise<Outcome[]> {
    const isLegacy = items.some((item) => !(item instanceof Failure) && item.account.legacyAuth);
    const period = isLegacy ? await this.retention.hold('for share') : undefined;
    const legacyCounts = period !== undefined && period.retentionEndDate > this.retention.today;
    const drafts = items.map((item) => (item instanceof Failure ? item : this.draft(item, legacyCounts)));

    const taken = await this.findTaken(drafts.filter(isArrival));
    const checked = drafts.map((draft) => (isArrival(draft) ? this.claim(draft, taken) : draft));
    const refusals = await store(checked.filter(isArrival));
    let stored = 0;
    return checked.map((one) => (isArrival(one) ? (refusals[stored++] ?? { id: one.customer.id }) : one));
  }

  private draft(input: ImportInput, legacyCounts: boolean): Arrival | Failure {
    const { id = newCustomerNumber(), type, restriction, profile, account } = input;
    try {
      check(input, legacyCounts);
      const standing = { active: true, mustConfirm: false, type, restriction };
      return {
        customer: this.customers.draft(id, standing, {
          ...profile,
          contactEmail: profile.contactEmail || account.email,
        }),
        email: normalEmail(account.email),
        passwordHash: account.passwordHash ?? null,
        legacyAuth: account.legacyAuth ?? null,
      };
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  }

  private async findTaken(arrivals: Arrival[]): Promise<Taken> {
    const taken: Taken = { numbers: new Set(), gone: new Set(), emails: new Set() };
    const found = await this.database.rows<{ what: keyof Taken; value: string }>(findTaken, [
      this.tenants.current,
      arrivals.map(({ customer }) => customer.id),
      arrivals.map(({ email }) => email),
      this.tenants.settings.enableRecreationOfDeletedCustomer,
    ]);
    for (const { what, value } of found) taken[what].add(value);
    return taken;
  }

  /** Takes number and e-mail, so that the next item of the same call finds them taken. */
  private claim(arrival: Arrival, { numbers, gone, emails }: Taken): Arrival | Failure {
    const { customer, email } = arrival;
    if (gone.has(customer.id)) {
      return new Failure('number_taken', { facts: { customer: customer.id, deleted: 'true' } });
    }
    if (numbers.has(customer.id)) return new Failure('number_taken', { facts: { customer: customer.id } });
    if (emails.has(email)) return new Failure('email_taken', { facts: { email, tenant: this.tenants.current } });
    numbers.add(customer.id);
    emails.add(email);
    return arrival;
  }

  private async storeAll(arrivals: Arrival[]): Promise<undefined[]> {
    if (arrivals.length === 0) return [];
    const tenant = this.tenants.current;
    const ids = arrivals.map(({ customer }) => customer.id);
    if (this.tenants.settings.enableRecreationOfDeletedCustomer) {
      await this.database.rows(releaseNumbers, [tenant, ids]);
    }
    await this.em.insertMany(
      Customer,
      arrivals.map(({ customer }) => customer),
    );
    await this.em.insertMany(
      Account,
      arrivals.map(({ customer, email, passwordHash, legacyAuth }) => ({
        tenant,
        email,
        customer: [tenant, customer.id] as const,
        passwordHash,
        legacyAuth,
        initialPassword: false,
        createdAt: customer.createdAt,
      })),
    );
    await this.history.addToEach(ids, 'customer_imported', {});
    return [];
  }

  private async storeEach(arrivals: Arrival[]): Promise<(Failure | undefined)[]> {
    const refusals: (Failure | undefined)[] = [];
    for (const arrival of arrivals) {
      try {
        await this.em.transactional(() => this.storeAll([arrival]));
        refusals.push(undefined);
      } catch (error) {
        const refusal = this.refusal(error, arrival);
        if (!refusal) throw error;
        refusals.push(refusal);
      }
    }
    return refusals;
  }

  /** The failure behind a broken constraint, if it is one of ours. */
  private refusal(error: unknown, arrival?: Arrival): Failure | undefined {
    const { email = '', customer } = arrival ?? {};
    const tenant = this.tenants.current;
    if (violates(error, 'accounts_pkey')) return new Failure('email_taken', { cause: error, facts: { email, tenant } });
    if (!violates(error, 'customers_pkey')) return undefined;
    return new Failure('number_taken', { cause: error, facts: { customer: customer?.id ?? '' } });
  }
}

function isArrival(item: Arrival | Failure): item is Arrival {
  return !(item instanceof Failure);
}

/** @throws Failure `invalid_input` */
function check({ profile, account }: ImportInput, legacyCounts: boolean): void {
  const { email, passwordHash, legacyAuth } = account;
  if ((passwordHash === undefined) === (legacyAuth === undefined)) {
    throw invalid('account', "Exactly one of 'passwordHash' or 'legacyAuth' must be provided in the account");
  }
  if (profile.contactEmail && normalEmail(profile.contactEmail) !== normalEmail(email)) {
    throw invalid('contactEmail', 'contactEmail must equal account.email');
  }
  if (passwordHash !== undefined && !isKnownHash(passwordHash)) {
    throw invalid(
      'account.passwordHash',
      'account.passwordHash has a format that is not known, or takes too long to compare',
    );
  }
  if (!legacyAuth) return;
  const problem = legacyProblem(legacyAuth);
  if (problem) throw invalid('account.legacyAuth', `account.legacyAuth.${problem}`);
  if (!legacyCounts) {
    throw invalid('account.legacyAuth', 'account.legacyAuth needs an active password migration retention');
  }
}
