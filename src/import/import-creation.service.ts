import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { normalEmail } from '../common/email.js';
import { Failure, invalid } from '../common/failure.js';
import type { AssignmentReach } from '../companies/reach.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { CustomersService } from '../customers/customers.service.js';
import { transaction, violates } from '../database/database.js';
import { History } from '../history/history.service.js';
import type { Reach } from '../tenants/reach.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { ImportInput, ImportOptions, Outcome } from './import-input.js';
import {
  ImportedLoginsService,
  type ImportedLogin,
  checkLogin,
  unknownCustomerWithoutHash,
  wrongHashCount,
} from './imported-logins.service.js';
import { ImportedPartsService, type Parts, type TakenParts, noLegalEntity } from './imported-parts.service.js';

/** A valid item, not yet stored. */
interface Draft extends ImportedLogin {
  /** Whether the number was generated. */
  isNumbered: boolean;
  parts: Parts;
}

/** The largest size of the mixins of one statement, in characters of JSON. The statement holds all of them as text. */
const MAX_BATCH_LENGTH = 500_000;

/** Stores drafts. @returns the failures of those that were not stored */
type Store = (drafts: Draft[]) => Promise<Map<Draft, Failure>>;

/**
 * Values that are taken: numbers of customers (`numbers`), numbers of deleted customers (`gone`), login e-mails and
 * references, each with the number of its owner; and the parts that are taken.
 */
interface Taken extends Record<'numbers' | 'gone' | 'emails' | 'references', Map<string, string>> {
  parts: TakenParts;
}

/** Creates customers of another system. */
@Injectable()
export class ImportCreationService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly customers: CustomersService,
    private readonly accounts: AccountsService,
    private readonly logins: ImportedLoginsService,
    private readonly parts: ImportedPartsService,
    private readonly history: History,
  ) {}

  /**
   * Stores new customers in one transaction. An invalid item does not stop the others.
   *
   * @returns one outcome for each item, as `ImportService.import`
   */
  async create(items: (ImportInput | Failure)[], reach: Reach, options: ImportOptions): Promise<Outcome[]> {
    const { assignments, dryRun = false } = options;
    const permitted = items.map((item) => (item instanceof Failure ? item : (rejection(item, assignments) ?? item)));
    const storeNothing: Store = () => Promise.resolve(new Map<Draft, Failure>());
    try {
      const store: Store = dryRun ? storeNothing : (all) => this.storeAll(all);
      return await transaction(this.em, () => this.importItems(permitted, reach, options, store));
    } catch (error) {
      if (!isConflict(error)) throw error;
      // A concurrent request took a unique value between the check and the insert. Items are now stored one by one, to
      // find those in conflict.
      return transaction(this.em, () => this.importItems(permitted, reach, options, (all) => this.storeEach(all)));
    }
  }

  private async importItems(
    items: (ImportInput | Failure)[],
    reach: Reach,
    options: ImportOptions,
    store: Store,
  ): Promise<Outcome[]> {
    const acceptsLegacy = await this.logins.acceptsLegacy(items);
    const drafts = items.map((item) =>
      item instanceof Failure ? item : this.draft(item, acceptsLegacy, reach, options),
    );

    const taken = await this.findTaken(drafts.filter(isDraft));
    const checked = drafts.map((draft) => (isDraft(draft) ? this.claim(draft, taken) : draft));
    const rejections = await store(checked.filter(isDraft).toSorted(byUniqueValues));
    return checked.map((one) => (isDraft(one) ? (rejections.get(one) ?? { id: one.customer.id }) : one));
  }

  private draft(
    input: ImportInput,
    acceptsLegacy: boolean,
    reach: Reach,
    { invite, update }: ImportOptions,
  ): Draft | Failure {
    const { id, type, restriction, reference, confirmed = true, active = true, onHold, profile, account } = input;
    const { email, passwordHash = null, legacyAuth = null } = account;
    try {
      if (email === undefined) throw invalid('account.email', 'account.email is required');
      const parts = this.parts.read(input);
      checkLogin(input, acceptsLegacy);
      const hasLogin = passwordHash !== null || legacyAuth !== null || parts.identities.length > 0;
      if (!hasLogin && invite === undefined) throw update ? unknownCustomerWithoutHash() : wrongHashCount();
      const standing = { active, onHold, mustConfirm: !confirmed, type, restriction, reference };
      const drafted = this.customers.draft(
        id,
        standing,
        { ...profile, contactEmail: profile.contactEmail || email },
        reach,
      );
      return {
        customer: { ...drafted, createdAt: input.createdAt ?? drafted.createdAt },
        isNumbered: id === undefined,
        email: normalEmail(email),
        passwordHash,
        legacyAuth,
        parts,
        isInvited: !hasLogin && invite === 'now' && active && !drafted.onHold && drafted.type === 'CUSTOMER',
      };
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  }

  private async findTaken(drafts: Draft[]): Promise<Taken> {
    const parts = await this.parts.findTaken(drafts.map((draft) => draft.parts));
    const taken: Taken = { numbers: new Map(), gone: new Map(), emails: new Map(), references: new Map(), parts };
    const found = await this.customers
      .taken(
        drafts.map(({ customer }) => customer.id),
        drafts.map(({ customer }) => customer.reference),
      )
      .unionAll(this.accounts.taken(drafts.map(({ email }) => email)))
      .execute();
    for (const { field, value, owner } of found) taken[field as Exclude<keyof Taken, 'parts'>].set(value, owner);
    return taken;
  }

  /**
   * Claims number, e-mail and reference. The next items of the same call find them taken. A failure has the fact
   * `present` if they all belong to one customer: the item then describes this customer.
   */
  private claim(draft: Draft, taken: Taken): Draft | Failure {
    const { numbers, gone, emails, references, parts } = taken;
    const { customer, email, isNumbered } = draft;
    const present: Record<string, string> = isPresent(draft, taken) ? { present: 'true' } : {};
    if (gone.has(customer.id) && !isNumbered) {
      return new Failure('number_taken', { facts: { customer: customer.id, deleted: 'true' } });
    }
    // A generated number that is taken is replaced when the customer is stored.
    if (numbers.has(customer.id) && !isNumbered) {
      return new Failure('number_taken', { facts: { customer: customer.id, ...present } });
    }
    if (emails.has(email)) {
      return new Failure('email_taken', { facts: { email, tenant: this.tenants.current, ...present } });
    }
    const { reference } = customer;
    if (references.has(reference)) return new Failure('number_taken', { facts: { reference } });
    const partTaken = this.parts.claim(draft.parts, parts);
    if (partTaken) return partTaken;
    numbers.set(customer.id, customer.id);
    emails.set(email, customer.id);
    if (hasReference(draft)) references.set(reference, customer.id);
    return draft;
  }

  private async storeAll(drafts: Draft[]): Promise<Map<Draft, Failure>> {
    for (const batch of batches(drafts)) await this.storeBatch(batch);
    return new Map();
  }

  private async storeBatch(drafts: Draft[]): Promise<void> {
    await this.customers.insert(drafts.map(({ customer }) => customer));
    await this.logins.store(drafts);
    await this.parts.store(
      drafts.map(({ customer, parts }) => ({
        customerId: customer.id,
        parts,
        isConfirmed: !customer.mustConfirm,
      })),
    );
    await this.history.addToEach(
      drafts.map(({ customer }) => customer.id),
      'customer_imported',
      {},
    );
  }

  private async storeEach(drafts: Draft[]): Promise<Map<Draft, Failure>> {
    const rejections = new Map<Draft, Failure>();
    for (const draft of drafts) {
      const rejection = await this.storeOne(draft);
      if (rejection) rejections.set(draft, rejection);
    }
    return rejections;
  }

  private async storeOne(draft: Draft): Promise<Failure | undefined> {
    const { customer, email, isNumbered } = draft;
    const given = {
      id: isNumbered ? undefined : customer.id,
      reference: hasReference(draft) ? customer.reference : undefined,
    };
    try {
      await this.customers.withFreeNumber(given, (id) => {
        customer.id = id;
        return this.em.transactional(() => this.storeBatch([draft]));
      });
      return undefined;
    } catch (error) {
      if (error instanceof Failure) return error;
      if (violates(error, 'contact_assignments_legal_entity')) return noLegalEntity('companyUsers');
      if (violates(error, 'identities_pkey')) return new Failure('identity_taken', { cause: error });
      if (violates(error, 'addresses_pkey')) {
        const ids = draft.parts.addresses.flatMap((address) => address.id ?? []);
        return new Failure('address_id_taken', { cause: error, facts: { address: ids.join(', ') } });
      }
      if (!violates(error, 'accounts_pkey')) throw error;
      return new Failure('email_taken', { cause: error, facts: { email, tenant: this.tenants.current } });
    }
  }
}

function* batches(drafts: Draft[]): Iterable<Draft[]> {
  let batch: Draft[] = [];
  let size = 0;
  for (const draft of drafts) {
    batch.push(draft);
    size += JSON.stringify(draft.customer.mixins).length;
    if (size < MAX_BATCH_LENGTH) continue;
    yield batch;
    [batch, size] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

function isConflict(error: unknown): boolean {
  const keys = [
    ...['accounts_pkey', 'customers_pkey', 'customers_reference', 'contact_assignments_legal_entity'],
    ...['addresses_pkey', 'identities_pkey'],
  ];
  return keys.some((key) => violates(error, key));
}

/** The reach of a caller without the right to assign customers. */
const noAssignments: AssignmentReach = { restrictions: [], mayAssignAdmin: false };

/** Why the caller may not assign the customer of an item to the item's companies; undefined if the caller may. */
function rejection({ companyUsers = [], restriction }: ImportInput, reach?: AssignmentReach): Failure | undefined {
  if (companyUsers.length === 0) return undefined;
  const assignsAdmin = companyUsers.some(({ group }) => group === 'Admin');
  const { restrictions, mayAssignAdmin } = reach ?? noAssignments;
  const isWithin = !restrictions || (typeof restriction === 'string' && restrictions.includes(restriction));
  // An Admin manages all customers of the company, including those with other restrictions.
  const mayBeAdmin = mayAssignAdmin && !restrictions;
  return isWithin && (mayBeAdmin || !assignsAdmin) ? undefined : new Failure('access_denied');
}

/** Whether the number, the reference and the e-mail of an item, as far as it has them, belong to the same customer. */
function isPresent(draft: Draft, { numbers, emails, references }: Taken): boolean {
  const { customer, email, isNumbered } = draft;
  const owner = emails.get(email);
  return (
    owner !== undefined &&
    (isNumbered || numbers.get(customer.id) === owner) &&
    (!hasReference(draft) || references.get(customer.reference) === owner)
  );
}

/** Whether the reference is complete. Otherwise it has only the prefix, and the database adds the next number. */
function hasReference({ customer }: Draft): boolean {
  return !customer.reference.endsWith('--');
}

/**
 * The order in which all imports store unique values. Two imports of the same customers then cannot deadlock: one waits
 * for the other. Drafts with a reference come first, because the counter for the others skips existing references.
 */
function byUniqueValues(one: Draft, other: Draft): number {
  return sortKeyOf(one) < sortKeyOf(other) ? -1 : 1;
}

function sortKeyOf(draft: Draft): string {
  return [hasReference(draft) ? 1 : 2, draft.customer.reference, draft.email].join(' ');
}

function isDraft(item: Draft | Failure): item is Draft {
  return !(item instanceof Failure);
}
