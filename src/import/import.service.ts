import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { normalEmail } from '../common/email.js';
import { Failure, invalid } from '../common/failure.js';
import { CompanyUsersService, type NewCompanyUser } from '../companies/company-users.service.js';
import type { AssignmentReach } from '../companies/reach.js';
import { Account } from '../credentials/account.entity.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { type LegacyAuth, legacyProblem } from '../passwords/legacy/registry.js';
import { hashProblem } from '../passwords/password-formats.js';
import { Retention } from '../credentials/retention.service.js';
import { CustomersService, NewCustomer, ProfileChanges, StandingChanges } from '../customers/customers.service.js';
import { transaction, violates } from '../database/database.js';
import { History } from '../history/history.service.js';
import type { Reach } from '../tenants/reach.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** A customer of another system. */
export interface ImportInput extends Pick<StandingChanges, 'type' | 'restriction' | 'reference' | 'confirmed'> {
  /** The customer number; generated if omitted. */
  id?: string;
  profile: ProfileChanges;
  account: { email: string; passwordHash?: string; legacyAuth?: LegacyAuth };
  companyUsers?: Omit<NewCompanyUser, 'customerId'>[];
}

/** What the caller may store. */
export interface ImportOptions {
  /** The customers that the caller may assign to companies; undefined for none. */
  assignments?: AssignmentReach;
  /** Returns the outcomes and stores nothing. */
  dryRun?: boolean;
}

/** The number of the imported customer, or why the item was rejected. */
export type Outcome = { id: string } | Failure;

/** A valid item, not yet stored. */
interface Arrival {
  customer: NewCustomer;
  /** Whether the number was generated. */
  isNumbered: boolean;
  /** Normalised by `normalEmail`. */
  email: string;
  passwordHash: string | null;
  legacyAuth: LegacyAuth | null;
  companyUsers: Omit<NewCompanyUser, 'customerId'>[];
}

/** The largest size of the mixins of one statement, in characters of JSON. The statement holds all of them as text. */
const LARGEST_BATCH = 500_000;

/** Stores arrivals. @returns the failures of those that were not stored */
type Store = (arrivals: Arrival[]) => Promise<Map<Arrival, Failure>>;

/**
 * Values that are taken: numbers of customers, numbers of deleted customers, login e-mails and references. Also those
 * legal entities of the items that exist.
 */
interface Taken {
  legalEntities: Set<string>;
  numbers: Set<string>;
  gone: Set<string>;
  emails: Set<string>;
  references: Set<string>;
}

/** Imports customers from another system. */
@Injectable()
export class ImportService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly customers: CustomersService,
    private readonly accounts: AccountsService,
    private readonly companyUsers: CompanyUsersService,
    private readonly retention: Retention,
    private readonly history: History,
  ) {}

  /**
   * Stores customers with their accounts in one transaction. An invalid item does not stop the others. No mail is sent.
   * Customers are active, regardless of the activation that the tenant requires of new customers. A customer whose
   * e-mail is not confirmed can log in after confirming it.
   *
   * @param items failures keep their places, so that the caller may reject items beforehand
   * @param reach of the caller: it may import only customers with its restrictions
   * @returns one outcome for each item, in the order of the items. Failures are `invalid_input`, `access_refused`,
   * `email_taken` and `number_taken`. The last has the fact `deleted: 'true'` if the number was that of a deleted
   * customer, and the fact `reference` if the reference is taken instead
   */
  async import(
    items: (ImportInput | Failure)[],
    reach: Reach,
    { assignments, dryRun = false }: ImportOptions = {},
  ): Promise<Outcome[]> {
    const permitted = items.map((item) => (item instanceof Failure ? item : (refusal(item, assignments) ?? item)));
    const nowhere: Store = () => Promise.resolve(new Map<Arrival, Failure>());
    try {
      const store: Store = dryRun ? nowhere : (all) => this.storeAll(all);
      return await transaction(this.em, () => this.take(permitted, reach, store));
    } catch (error) {
      if (!isConflict(error)) throw error;
      // A concurrent request took a unique value between the check and the insert. Items are now stored one by one, to
      // find those in conflict.
      return transaction(this.em, () => this.take(permitted, reach, (all) => this.storeEach(all)));
    }
  }

  private async take(items: (ImportInput | Failure)[], reach: Reach, store: Store): Promise<Outcome[]> {
    const isLegacy = items.some((item) => !(item instanceof Failure) && item.account.legacyAuth);
    const period = isLegacy ? await this.retention.hold(LockMode.PESSIMISTIC_READ) : undefined;
    const legacyCounts = period !== undefined && period.retentionEndDate > this.retention.today;
    const drafts = items.map((item) => (item instanceof Failure ? item : this.draft(item, legacyCounts, reach)));

    const taken = await this.findTaken(drafts.filter(isArrival));
    const checked = drafts.map((draft) => (isArrival(draft) ? this.claim(draft, taken) : draft));
    const refusals = await store(checked.filter(isArrival).toSorted(byUniqueValues));
    return checked.map((one) => (isArrival(one) ? (refusals.get(one) ?? { id: one.customer.id }) : one));
  }

  private draft(input: ImportInput, legacyCounts: boolean, reach: Reach): Arrival | Failure {
    const { id, type, restriction, reference, confirmed = true, profile, account } = input;
    try {
      check(input, legacyCounts);
      const standing = { active: true, mustConfirm: !confirmed, type, restriction, reference };
      return {
        customer: this.customers.draft(
          id,
          standing,
          { ...profile, contactEmail: profile.contactEmail || account.email },
          reach,
        ),
        isNumbered: id === undefined,
        email: normalEmail(account.email),
        passwordHash: account.passwordHash ?? null,
        legacyAuth: account.legacyAuth ?? null,
        companyUsers: input.companyUsers ?? [],
      };
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  }

  private async findTaken(arrivals: Arrival[]): Promise<Taken> {
    const companies = arrivals.flatMap(({ companyUsers }) => companyUsers.map(({ legalEntityId }) => legalEntityId));
    const legalEntities = companies.length > 0 ? await this.companyUsers.existing(companies) : new Set<string>();
    const free = { numbers: new Set<string>(), gone: new Set<string>(), emails: new Set<string>() };
    const taken: Taken = { ...free, references: new Set(), legalEntities };
    const found = await this.customers
      .taken(
        arrivals.map(({ customer }) => customer.id),
        arrivals.map(({ customer }) => customer.reference),
      )
      .unionAll(this.accounts.taken(arrivals.map(({ email }) => email)))
      .execute();
    for (const { field, value } of found) taken[field as keyof Taken].add(value);
    return taken;
  }

  /** Claims number, e-mail and reference. The next items of the same call find them taken. */
  private claim(arrival: Arrival, { numbers, gone, emails, references, legalEntities }: Taken): Arrival | Failure {
    const { customer, email, isNumbered, companyUsers } = arrival;
    const unknown = companyUsers.findIndex(({ legalEntityId }) => !legalEntities.has(legalEntityId));
    if (unknown >= 0) return noLegalEntity(`companyUsers.${unknown}.legalEntity`);
    if (gone.has(customer.id) && !isNumbered) {
      return new Failure('number_taken', { facts: { customer: customer.id, deleted: 'true' } });
    }
    // A generated number that is taken is replaced when the customer is stored.
    if (numbers.has(customer.id) && !isNumbered)
      return new Failure('number_taken', { facts: { customer: customer.id } });
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
    await this.customers.insert(arrivals.map(({ customer }) => customer));
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
    await this.companyUsers.insert(
      arrivals.flatMap(({ customer, companyUsers }) =>
        companyUsers.map((user) => ({ ...user, customerId: customer.id })),
      ),
    );
    await this.history.addToEach(
      arrivals.map(({ customer }) => customer.id),
      'customer_imported',
      {},
    );
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
    const { customer, email, isNumbered } = arrival;
    const given = {
      id: isNumbered ? undefined : customer.id,
      reference: hasReference(arrival) ? customer.reference : undefined,
    };
    try {
      await this.customers.withFreeNumber(given, (id) => {
        customer.id = id;
        return this.em.transactional(() => this.storeBatch([arrival]));
      });
      return undefined;
    } catch (error) {
      if (error instanceof Failure) return error;
      if (violates(error, 'contact_assignments_legal_entity')) return noLegalEntity('companyUsers');
      if (!violates(error, 'accounts_pkey')) throw error;
      return new Failure('email_taken', { cause: error, facts: { email, tenant: this.tenants.current } });
    }
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
  const keys = ['accounts_pkey', 'customers_pkey', 'customers_reference', 'contact_assignments_legal_entity'];
  return keys.some((key) => violates(error, key));
}

/** A company may be deleted while its customers are imported. */
function noLegalEntity(field: string): Failure {
  return invalid(field, `${field} must be the id of a legal entity`);
}

/** The reach of a caller without the right to assign customers. */
const noAssignments: AssignmentReach = { restrictions: [], mayAssignAdmin: false };

/** Why the caller may not assign the customer of an item to the item's companies; undefined if the caller may. */
function refusal({ companyUsers = [], restriction }: ImportInput, reach?: AssignmentReach): Failure | undefined {
  if (companyUsers.length === 0) return undefined;
  const assignsAdmin = companyUsers.some(({ group }) => group === 'Admin');
  const { restrictions, mayAssignAdmin } = reach ?? noAssignments;
  const isWithin = !restrictions || (typeof restriction === 'string' && restrictions.includes(restriction));
  // An Admin manages all customers of the company, including those with other restrictions.
  const mayBeAdmin = mayAssignAdmin && !restrictions;
  return isWithin && (mayBeAdmin || !assignsAdmin) ? undefined : new Failure('access_refused');
}

/** Without its own reference, an arrival has only the store, and the database adds the next number. */
function hasReference({ customer }: Arrival): boolean {
  return !customer.reference.endsWith('--');
}

/**
 * The order in which all imports store unique values. Two imports of the same customers then cannot deadlock: one waits
 * for the other. Arrivals with a reference come first, because the counter for the others skips existing references.
 */
function byUniqueValues(one: Arrival, other: Arrival): number {
  return placeOf(one) < placeOf(other) ? -1 : 1;
}

function placeOf(arrival: Arrival): string {
  return [hasReference(arrival) ? 1 : 2, arrival.customer.reference, arrival.email].join(' ');
}

function isArrival(item: Arrival | Failure): item is Arrival {
  return !(item instanceof Failure);
}

/** @throws Failure `invalid_input` */
function check({ profile, account, companyUsers = [] }: ImportInput, legacyCounts: boolean): void {
  if (new Set(companyUsers.map(({ legalEntityId }) => legalEntityId)).size < companyUsers.length) {
    throw invalid('companyUsers', 'companyUsers must contain each legalEntity only once');
  }
  if (companyUsers.filter(({ isDefault }) => isDefault).length > 1) {
    throw invalid('companyUsers', 'companyUsers must contain at most one item with isDefault');
  }
  const { email, passwordHash, legacyAuth } = account;
  if ((passwordHash === undefined) === (legacyAuth === undefined)) {
    throw invalid('account', "Exactly one of 'passwordHash' or 'legacyAuth' must be provided in the account");
  }
  if (profile.contactEmail && normalEmail(profile.contactEmail) !== normalEmail(email)) {
    throw invalid('contactEmail', 'contactEmail must equal account.email');
  }
  const hashFinding = passwordHash === undefined ? undefined : hashProblem(passwordHash);
  if (hashFinding) throw invalid('account.passwordHash', `account.passwordHash ${hashFinding}`);
  if (!legacyAuth) return;
  const problem = legacyProblem(legacyAuth);
  if (problem) throw invalid('account.legacyAuth', `account.legacyAuth.${problem}`);
  if (!legacyCounts) {
    throw invalid('account.legacyAuth', 'account.legacyAuth needs an active password migration retention');
  }
}
