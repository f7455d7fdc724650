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
export interface ImportInput extends Pick<StandingChanges, 'type' | 'restriction' | 'reference' | 'confirmed'> {
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

/** Of mixins, in characters of JSON, for one statement: it holds them all as text. */
const LARGEST_BATCH = 500_000;

/** Stores arrivals. @returns what kept those from being stored that were not */
type Store = (arrivals: Arrival[]) => Promise<Map<Arrival, Failure>>;

/** What is taken: numbers of customers, numbers of deleted ones, login e-mails, and references. */
interface Taken {
  numbers: Set<string>;
  gone: Set<string>;
  emails: Set<string>;
  references: Set<string>;
}

/**
 * `$1` tenant, `$2` numbers, `$3` e-mails, `$4` whether numbers of deleted customers may be used again, `$5`
 * references.
 */
const findTaken: Statement = {
  name: 'find_taken',
  text: `select 'numbers' as what, id as value from customers where tenant = $1 and id = any($2)
    union all select 'gone', id from taken_numbers where tenant = $1 and id = any($2) and not $4
    union all select 'emails', email from accounts where tenant = $1 and email = any($3)
    union all select 'references', reference from customers where tenant = $1 and reference = any($5)`,
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
   * gets a mail. Customers are active, whatever activation the tenant asks of new ones; one whose e-mail is not
   * confirmed logs in when it is.
   *
   * @param items failures keep their places, so that whoever reads the items may refuse some
   * @param dryRun tells what would become of them, and stores nothing
   * @returns one for each item, in their order. Failures are `invalid_input`, `access_refused`, `email_taken`, and
   * `number_taken`, whose fact `deleted` is `true` when the number was a deleted customer's, and which has a fact
   * `reference` when that is taken instead
   */
  async import(items: (ImportInput | Failure)[], { dryRun = false } = {}): Promise<Outcome[]> {
    const nowhere: Store = () => Promise.resolve(new Map<Arrival, Failure>());
    try {
      return await transaction(this.em, () => this.take(items, dryRun ? nowhere : (all) => this.storeAll(all)));
    } catch (error) {
      if (!isConflict(error)) throw error;
      // Between our look and our insert, somebody took what is one's own: one by one, the database says whose.
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
    const refusals = await store(checked.filter(isArrival).toSorted(inTurn));
    return checked.map((one) => (isArrival(one) ? (refusals.get(one) ?? { id: one.customer.id }) : one));
  }

  private draft(input: ImportInput, legacyCounts: boolean): Arrival | Failure {
    const { id = newCustomerNumber(), type, restriction, reference, confirmed = true, profile, account } = input;
    try {
      check(input, legacyCounts);
      const standing = { active: true, mustConfirm: !confirmed, type, restriction, reference };
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
    const taken: Taken = { numbers: new Set(), gone: new Set(), emails: new Set(), references: new Set() };
    const found = await this.database.rows<{ what: keyof Taken; value: string }>(findTaken, [
      this.tenants.current,
      arrivals.map(({ customer }) => customer.id),
      arrivals.map(({ email }) => email),
      this.tenants.settings.enableRecreationOfDeletedCustomer,
      arrivals.map(({ customer }) => customer.reference),
    ]);
    for (const { what, value } of found) taken[what].add(value);
    return taken;
  }

  /** Takes number, e-mail and reference, so that the next item of the same call finds them taken. */
  private claim(arrival: Arrival, { numbers, gone, emails, references }: Taken): Arrival | Failure {
    const { customer, email } = arrival;
    if (gone.has(customer.id)) {
      return new Failure('number_taken', { facts: { customer: customer.id, deleted: 'true' } });
    }
    if (numbers.has(customer.id)) return new Failure('number_taken', { facts: { customer: customer.id } });
    if (emails.has(email)) return new Failure('email_taken', { facts: { email, tenant: this.tenants.current } });
    const { reference } = customer;
    if (references.has(reference)) return new Failure('number_taken', { facts: { reference } });
    numbers.add(customer.id);
    emails.add(email);
    if (hasReference(arrival)) references.add(reference);
    return arrival;
  }

  private async storeAll(arrivals: Arrival[]): Promise<Map<Arrival, Failure>> {
    for (const batch of batches(arrivals)) await this.storeBatch(batch);
    return new Map();
  }

  private async storeBatch(arrivals: Arrival[]): Promise<void> {
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
  }

  private async storeEach(arrivals: Arrival[]): Promise<Map<Arrival, Failure>> {
    const refusals = new Map<Arrival, Failure>();
    for (const arrival of arrivals) {
      const refusal = await this.storeOne(arrival);
      if (refusal) refusals.set(arrival, refusal);
    }
    return refusals;
  }

  private async storeOne(arrival: Arrival): Promise<Failure | undefined> {
    for (;;) {
      try {
        await this.em.transactional(() => this.storeAll([arrival]));
        return undefined;
      } catch (error) {
        if (!isConflict(error)) throw error;
        // The counter gave out a reference that somebody else was about to bring: the next one hardly is.
        if (violates(error, 'customers_reference') && !hasReference(arrival)) continue;
        return this.refusal(error, arrival);
      }
    }
  }

  /** The failure behind a broken constraint of ours. */
  private refusal(cause: unknown, { email, customer }: Arrival): Failure {
    const tenant = this.tenants.current;
    if (violates(cause, 'accounts_pkey')) return new Failure('email_taken', { cause, facts: { email, tenant } });
    if (violates(cause, 'customers_pkey'))
      return new Failure('number_taken', { cause, facts: { customer: customer.id } });
    return new Failure('number_taken', { cause, facts: { reference: customer.reference } });
  }
}

function* batches(arrivals: Arrival[]): Iterable<Arrival[]> {
  let batch: Arrival[] = [];
  let size = 0;
  for (const arrival of arrivals) {
    batch.push(arrival);
    size += JSON.stringify(arrival.customer.mixins).length;
    if (size < LARGEST_BATCH) continue;
    yield batch;
    [batch, size] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

function isConflict(error: unknown): boolean {
  return ['accounts_pkey', 'customers_pkey', 'customers_reference'].some((key) => violates(error, key));
}

/** Without one, only the store is known, and the database counts. */
function hasReference({ customer }: Arrival): boolean {
  return !customer.reference.endsWith('--');
}

/**
 * The order in which all imports take what may be taken once, so that of two with the same customers one waits for the
 * other, and never both. Those with a reference first: the counter, which serves the others, passes over what is there.
 */
function inTurn(one: Arrival, other: Arrival): number {
  return placeOf(one) < placeOf(other) ? -1 : 1;
}

function placeOf(arrival: Arrival): string {
  return [hasReference(arrival) ? 1 : 2, arrival.customer.reference, arrival.email].join(' ');
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
