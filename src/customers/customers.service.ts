import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type SelectQueryBuilder, sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { assertVersion } from '../common/expected-version.js';
import { Failure, invalid } from '../common/failure.js';
import { JsonObject, MAX_SMALL_OBJECT_BYTES, mergeMixins } from '../common/merge-patch.js';
import { membershipsOf, membershipsVisibleAt } from '../companies/companies.fragments.js';
import { accountsOf, mailedTokensOf } from '../credentials/credentials.fragments.js';
import { anyOf, forUpdate, transaction, violates } from '../database/database.js';
import { Changes } from '../history/history-entry.entity.js';
import { History } from '../history/history.service.js';
import { SecurityLog } from '../history/security-log.js';
import type { Reach } from '../tenants/reach.js';
import { ResponseBudget } from '../tenants/response-budget.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Customer, type CustomerTables, CustomerType, Gender, mayLogIn } from './customer.entity.js';
import { newCustomerNumber } from './customer-number.js';
import { Profile, type ProfileParts, profile } from './profile.js';
import { TakenNumber, type TakenNumberTables } from './taken-number.entity.js';

/** The parts of a profile that customers may change. An absent property does not change; null removes it. */
export interface ProfileChanges {
  title?: string | null;
  firstName?: string | null;
  middleName?: string | null;
  lastName?: string | null;
  contactEmail?: string | null;
  contactPhone?: string | null;
  company?: string | null;
  preferredLanguage?: string | null;
  preferredCurrency?: string | null;
  preferredSite?: string | null;
  photoUrl?: string | null;
  gender?: Gender | null;
  /** YYYY-MM-DD */
  dateOfBirth?: string | null;
  companyRegistrationId?: string | null;
  /** Merged into the current ones (RFC 7396). */
  mixins?: JsonObject | null;
  mixinSchemas?: JsonObject | null;
}

/** The properties that only employees may change. */
export interface StandingChanges {
  active?: boolean;
  onHold?: boolean;
  type?: CustomerType;
  restriction?: string | null;
  /** `{STORE}--{n}`; if omitted, a new customer gets the next one of the store. */
  reference?: string;
  /** Whether the e-mail counts as confirmed. If not, the login requires the key in the opt-in mail. */
  confirmed?: boolean;
  /** Why the customer is put on hold, activated or deactivated, for the history. */
  reason?: string;
}

type Defaulted = 'preferredLanguage' | 'preferredCurrency' | 'preferredSite' | 'mixins' | 'mixinSchemas';

/** The initial values of a customer. */
export type NewCustomer = Pick<
  Customer,
  | 'tenant'
  | 'id'
  | 'createdAt'
  | 'modifiedAt'
  | 'active'
  | 'onHold'
  | 'mustConfirm'
  | 'type'
  | 'restriction'
  | 'reference'
  | Defaulted
> &
  Partial<Omit<ProfileChanges, Defaulted> & Pick<Customer, 'confirmedAt'>>;

/** The initial standing of a customer, from an employee and the settings of the tenant. */
export interface NewStanding extends Omit<StandingChanges, 'confirmed' | 'reason'> {
  active: boolean;
  mustConfirm: boolean;
}

/** A query for values that are taken, by field. */
type TakenQuery = SelectQueryBuilder<
  CustomerTables & TakenNumberTables,
  'customers',
  { field: string; value: string; owner: string }
>;

/** A generated number or reference is very unlikely to be taken, and the next one even more so. */
const ATTEMPTS = 5;

/** A changed customer, and its values before the change. */
export interface ChangedCustomer {
  customer: Customer;
  before: ReturnType<typeof stateOf>;
}

/** Stores, changes and deletes customers. */
@Injectable()
export class CustomersService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly history: History,
    private readonly securityLog: SecurityLog,
    private readonly responses: ResponseBudget,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns a profile. The administrator of a company may also read contacts that are propagated to the company.
   *
   * @throws Failure `customer_not_found` also if the customer is not within reach; `overloaded`
   */
  async profile(id: string, parts: ProfileParts, { restrictions, company }: Reach): Promise<Profile> {
    let query = this.em
      .getKysely<CustomerTables>()
      .selectFrom('customers as c')
      .select(sql.raw<Profile>(profile(parts)).as('row'))
      .where('c.tenant', '=', this.tenants.current)
      .where('c.id', '=', id);
    if (restrictions) query = query.where('c.restriction', '=', anyOf(restrictions));
    if (company) {
      query = query.where((eb) => eb.exists(this.membershipsVisibleAt(company, id).select('tenant')));
    }
    const [found] = await this.responses.rows(query);
    if (!found) throw notFound(id);
    return found;
  }

  /**
   * Throws unless the customer exists and an employee with this reach may access it.
   *
   * @throws Failure `customer_not_found`
   */
  async assertVisible(id: string, reach: Reach): Promise<void> {
    const found = await this.em.count(Customer, { id, ...within(reach) });
    if (found === 0) throw notFound(id);
  }

  /**
   * Returns the creation time of a customer that an employee with this reach may access.
   *
   * @throws Failure `customer_not_found`
   */
  async creationTimeOf(id: string, reach: Reach): Promise<Date> {
    const customer = await this.em.findOne(Customer, { id, ...within(reach) }, { fields: ['createdAt'] });
    if (!customer) throw notFound(id);
    return customer.createdAt;
  }

  /**
   * Returns the number of the customer with that reference, if an employee with this reach may access it.
   *
   * @throws Failure `customer_not_found`
   */
  async idOf(reference: string, reach: Reach): Promise<string> {
    const customer = await this.em.findOne(Customer, { reference, ...within(reach) }, { fields: ['id'] });
    if (!customer) throw notFound(reference);
    return customer.id;
  }

  /**
   * Returns a new customer as it would be stored.
   *
   * @param id the customer number; generated if omitted
   * @param reach of the caller who creates the customer
   * @throws Failure `invalid_input`; `access_denied` when that caller may not access the customer
   */
  draft(
    id: string = newCustomerNumber(),
    { active, mustConfirm, onHold, type = 'CUSTOMER', restriction, reference }: NewStanding,
    profile: ProfileChanges,
    reach: Reach,
  ): NewCustomer {
    const { settings } = this.tenants;
    const now = this.clock.now();
    const customer: NewCustomer = {
      tenant: this.tenants.current,
      id,
      active,
      mustConfirm,
      onHold: onHold ?? settings.customerOnHoldOnCreation,
      type,
      restriction: null,
      reference: reference ?? `${this.tenants.store}--`,
      preferredLanguage: settings.preferredLanguage,
      preferredCurrency: settings.preferredCurrency.toUpperCase(),
      preferredSite: settings.preferredSite,
      mixins: {},
      mixinSchemas: {},
      createdAt: now,
      modifiedAt: now,
    };
    this.apply(customer, profile);
    this.restrict(customer, restriction === undefined ? this.restrictionOfSite(customer) : restriction, reach);
    return customer;
  }

  /** Reserves the next reference of the store. */
  async nextReference(): Promise<string> {
    const number = sql`nextval(format('%I', ${`references_of_${this.tenants.current}`}::text)::regclass)`;
    const { reference } = await this.em
      .getKysely<Record<never, never>>()
      .selectNoFrom(sql<string>`${this.tenants.store}::text || '--' || ${number}`.as('reference'))
      .executeTakeFirstOrThrow();
    return reference;
  }

  /**
   * Stores a new customer, and retries with other ones when a generated number or reference is taken.
   *
   * @param given the number and the reference that the caller requires; generated if omitted
   * @param store drafts the customer with this number, and stores it in a transaction of its own
   * @throws Failure `number_taken`; its fact is either the number or the reference
   */
  async withFreeNumber<T>(
    { id, reference }: Partial<Pick<Customer, 'id' | 'reference'>>,
    store: (id: string) => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await store(id ?? newCustomerNumber());
      } catch (error) {
        const isNumberTaken = violates(error, 'customers_pkey');
        const isReferenceTaken = violates(error, 'customers_reference');
        if (isNumberTaken && id) throw new Failure('number_taken', { cause: error, facts: { customer: id } });
        if (isReferenceTaken && reference) throw new Failure('number_taken', { cause: error, facts: { reference } });
        if (!(isNumberTaken || isReferenceTaken) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /**
   * A query for the given numbers and references that are taken, with the numbers of their owners. The field `gone` has
   * numbers of deleted customers that the tenant does not reuse.
   */
  taken(numbers: string[], references: string[]): TakenQuery {
    const tenant = this.tenants.current;
    const db = this.em.getKysely<CustomerTables & TakenNumberTables>();
    const customers = db.selectFrom('customers').where('tenant', '=', tenant);
    const gone = db.selectFrom('taken_numbers').where('tenant', '=', tenant);
    return customers
      .where('id', '=', anyOf(numbers))
      .select([sql<string>`'numbers'`.as('field'), 'id as value', 'id as owner'])
      .unionAll(
        customers
          .where('reference', '=', anyOf(references))
          .select([sql<string>`'references'`.as('field'), 'reference as value', 'id as owner']),
      )
      .unionAll(
        gone
          .where('id', '=', anyOf(this.tenants.settings.enableRecreationOfDeletedCustomer ? [] : numbers))
          .select([sql<string>`'gone'`.as('field'), 'id as value', 'id as owner']),
      );
  }

  /** Inserts customers in the caller's transaction. If the tenant permits it, numbers of deleted ones are reused. */
  async insert(customers: NewCustomer[]): Promise<void> {
    if (this.tenants.settings.enableRecreationOfDeletedCustomer) {
      await this.em.nativeDelete(TakenNumber, { id: customers.map(({ id }) => id) });
    }
    await this.em.insertMany(Customer, customers);
  }

  /**
   * Changes the given properties only. A contact that becomes a customer is activated. An employee who acts for the
   * customer cannot change the contact e-mail.
   *
   * @param expectedVersion the version that the change is based on; undefined for no check
   * @throws Failure `customer_not_found`, `stale_version`, `contact_email_required`, `invalid_input`, `access_denied`,
   * `number_taken` when another customer has the reference
   */
  async change(
    id: string,
    changes: ProfileChanges & StandingChanges,
    reach: Reach,
    expectedVersion?: number,
  ): Promise<ChangedCustomer> {
    const change = async (em: EntityManager): Promise<ChangedCustomer> => {
      await this.assertSameCompany(id, reach, changes.active !== undefined);
      const customer = await em.findOne(Customer, { id, ...within(reach) }, forUpdate);
      if (!customer) throw notFound(id);
      assertVersion(expectedVersion, customer.version);
      const before = stateOf(customer);
      const fields = [...new Set([...Object.keys(changes), 'active', 'restriction', 'mustConfirm', 'confirmedAt'])];
      const values = valuesOf(customer, fields);
      this.applyUpdate(customer, changes, values, reach);
      await em.flush();
      await this.addToHistory(id, differences(values, valuesOf(customer, fields)), changes.reason);
      return { customer, before };
    };
    try {
      return await transaction(this.em, change);
    } catch (error) {
      if (!violates(error, 'customers_reference')) throw error;
      throw new Failure('number_taken', { cause: error, facts: { reference: changes.reference ?? '' } });
    }
  }

  /** @param before the values of the changed fields before the change */
  private applyUpdate(
    customer: Customer,
    changes: ProfileChanges & StandingChanges,
    before: Values,
    reach: Reach,
  ): void {
    const { contactEmail } = customer;
    const becomesCustomer = customer.type === 'CONTACT' && changes.type === 'CUSTOMER';
    const isActivated = becomesCustomer || (changes.confirmed === true && this.confirmingActivates(customer));
    const {
      active = customer.active || isActivated,
      onHold = customer.onHold,
      type = customer.type,
      reference = customer.reference,
      restriction,
      confirmed,
      reason,
      ...profile
    } = changes;
    this.apply(customer, profile);
    if (!isByEmployeeOrService(reach)) assertCompanyNamed(customer, before);
    if (reach.inCustomersPlace && customer.contactEmail !== contactEmail) throw new Failure('access_denied');
    // Customers cannot move themselves out of the reach of their employees, nor can an employee who acts for them.
    const isMoved = profile.preferredSite !== undefined && isByEmployeeOrService(reach);
    const siteRestriction = isMoved ? this.restrictionOfSite(customer) : undefined;
    this.restrict(customer, restriction === undefined ? siteRestriction : restriction, reach);
    const now = this.clock.now();
    Object.assign(customer, { active, onHold, type, reference, modifiedAt: now });
    if (confirmed) customer.confirmedAt ??= now;
    if (confirmed === false) Object.assign(customer, { mustConfirm: true, confirmedAt: null });
  }

  /** Adds the changed fields to the history. A change of the login e-mail has an entry of its own. */
  private async addToHistory(id: string, changes: Difference, reason: string | undefined): Promise<void> {
    if (changes.fields.length === 0) return;
    const isDecision = changes.fields.includes('active') || changes.fields.includes('onHold');
    await this.history.add(id, 'customer_changed', { ...changes, ...(isDecision && reason && { reason }) });
  }

  /**
   * Deletes a customer with all its data: accounts, addresses, sessions, mailed tokens, and queued mails. The number
   * stays taken, unless the tenant allows its reuse.
   *
   * @throws Failure `customer_not_found`, `access_denied`
   */
  async remove(id: string, reach: Reach): Promise<void> {
    await transaction(this.em, async (em) => {
      await this.assertSameCompany(id, reach, true);
      if (!(await this.delete(id, reach))) throw notFound(id);
      if (!this.tenants.settings.enableRecreationOfDeletedCustomer) {
        await em.insert(TakenNumber, { tenant: this.tenants.current, id, deletedAt: this.clock.now() });
      }
      await this.history.add(id, 'customer_deleted', {});
    });
    this.securityLog.record('customer_deleted', { customer: id });
  }

  /**
   * Locks mailed tokens and account first. A request that resets a password, logs in or queues a mail locks these
   * before the customer too, so the same order avoids deadlocks.
   *
   * @returns whether there was such a customer within reach
   */
  private async delete(id: string, { restrictions }: Reach): Promise<boolean> {
    const db = this.em.getKysely<CustomerTables>();
    const tenant = this.tenants.current;
    const isLocked = (rows: 'tokens' | 'account') => sql<boolean>`(select count(*) from ${sql.table(rows)}) >= 0`;
    let query = db
      .with('tokens', () => mailedTokensOf(this.em, tenant, id).forUpdate())
      .with('account', () => accountsOf(this.em, tenant, id).forUpdate().where(isLocked('tokens')))
      .deleteFrom('customers')
      .where('tenant', '=', tenant)
      .where('id', '=', id)
      .where(isLocked('account'));
    if (restrictions) query = query.where('restriction', '=', anyOf(restrictions));
    return (await query.returning('id').execute()).length > 0;
  }

  /**
   * Whether the confirmation of the e-mail is all that the activation of this customer requires. A declined customer
   * requires an employee.
   */
  private confirmingActivates({ confirmedAt, standing }: Customer): boolean {
    return this.tenants.settings.activation === 'email' && !confirmedAt && standing !== 'declined';
  }

  /**
   * Limits the administrator of a company to the company's customers. Administrators can deactivate or delete only
   * other customers, and only those who belong to no other company.
   *
   * @throws Failure `customer_not_found`, `access_denied`
   */
  private async assertSameCompany(id: string, { company, actor }: Reach, decides: boolean): Promise<void> {
    if (!company) return;
    const found = await membershipsOf(this.em, this.tenants.current, id)
      .select(sql<boolean>`count(*) = 1`.as('only'))
      .having(sql<boolean>`bool_or(legal_entity_id = ${company})`)
      .executeTakeFirst();
    if (!found) {
      // A propagated contact is visible, but the administrator has no other rights.
      const visible = await this.membershipsVisibleAt(company, id).select('tenant').executeTakeFirst();
      throw visible ? new Failure('access_denied') : notFound(id);
    }
    if (decides && (!found.only || id === actor?.id)) throw new Failure('access_denied');
  }

  private membershipsVisibleAt(company: string, id: string): ReturnType<typeof membershipsVisibleAt> {
    const { current, settings } = this.tenants;
    return membershipsVisibleAt(this.em, current, id, company, settings.companyContactPropagation);
  }

  private apply(customer: NewCustomer, changes: ProfileChanges): void {
    const { settings } = this.tenants;
    const { contactEmail, preferredLanguage, preferredCurrency, preferredSite, mixins, mixinSchemas, ...plain } =
      changes;
    if (contactEmail !== undefined) {
      if (customer.contactEmail && !contactEmail?.trim()) throw new Failure('contact_email_required');
      customer.contactEmail = contactEmail?.trim() || null;
    }
    if (preferredLanguage !== undefined) customer.preferredLanguage = preferredLanguage ?? settings.preferredLanguage;
    if (preferredCurrency !== undefined) {
      customer.preferredCurrency = (preferredCurrency ?? settings.preferredCurrency).toUpperCase();
    }
    if (preferredSite !== undefined) customer.preferredSite = preferredSite ?? settings.preferredSite;
    if (mixins !== undefined) customer.mixins = mergeMixins('mixins', customer.mixins, mixins);
    if (mixinSchemas !== undefined) {
      customer.mixinSchemas = mergeMixins(
        'metadata.mixins',
        customer.mixinSchemas,
        mixinSchemas,
        MAX_SMALL_OBJECT_BYTES,
      );
    }
    for (const [name, value] of Object.entries(plain)) {
      // Stored in the composed form (NFC), so that a search finds the decomposed form too.
      if (value !== undefined) Object.assign(customer, { [name]: value?.normalize('NFC') ?? null });
    }
  }

  /** The restriction that follows from the preferred site; undefined if the tenant setting that links them is off. */
  private restrictionOfSite({ preferredSite }: NewCustomer): string | null | undefined {
    const { restrictions, enableSyncBetweenRestrictionsAndSiteCodes } = this.tenants.settings;
    if (!enableSyncBetweenRestrictionsAndSiteCodes) return undefined;
    return restrictions.includes(preferredSite) ? preferredSite : null;
  }

  /**
   * Sets the restriction of a customer, if one is given.
   *
   * @throws Failure `invalid_input`; `access_denied` when the customer is not within reach
   */
  private restrict(
    customer: NewCustomer,
    restriction: string | null | undefined,
    { restrictions: reachable }: Reach,
  ): void {
    const { restrictions } = this.tenants.settings;
    if (typeof restriction === 'string' && !restrictions.includes(restriction)) {
      throw invalid(
        'restriction',
        `restriction must be one of the tenant's: ${restrictions.join(', ') || 'it has none'}`,
      );
    }
    if (restriction !== undefined) customer.restriction = restriction;
    if (reachable && !(customer.restriction && reachable.includes(customer.restriction))) {
      throw new Failure('access_denied');
    }
  }
}

/** The condition for customers that an employee with this reach may access. */
function within({ restrictions }: Reach): { restriction?: { $in: string[] } } {
  return restrictions ? { restriction: { $in: restrictions } } : {};
}

/**
 * The vendor's rule for a registration id that a customer enters. Values that the change does not touch are not checked.
 *
 * @param before the values of the fields that the request changes, before the change
 * @throws Failure `invalid_input`
 */
function assertCompanyNamed(customer: Customer, before: Values): void {
  const { companyRegistrationId: id } = customer;
  if (!id?.trim()) return;
  const isNew = 'companyRegistrationId' in before && before.companyRegistrationId !== id;
  const missing = (['firstName', 'lastName', 'company'] as const).filter(
    (name) => !customer[name]?.trim() && (isNew || Boolean(before[name])),
  );
  const findings = missing.map((field) => ({ field, message: `${field} is required with a companyRegistrationId` }));
  if (findings.length > 0) throw new Failure('invalid_input', { findings });
}

/** Whether an employee, a service or the operator changes a customer. False if the employee acts in the customer's place. */
function isByEmployeeOrService({ actor, inCustomersPlace }: Reach): boolean {
  return actor !== undefined && actor.kind !== 'customer' && !inCustomersPlace;
}

function notFound(id: string): Failure {
  return new Failure('customer_not_found', { facts: { customer: id } });
}

/** The values of a customer that determine the effects of a change, such as mails and memberships. */
function stateOf(customer: Customer) {
  const { active, onHold, type, companyRegistrationId, confirmedAt } = customer;
  return { active, onHold, type, companyRegistrationId, confirmedAt, mayLogIn: mayLogIn(customer) };
}

/** The fields whose values the history stores. Of all other fields it stores only the names. */
const fieldsWithValues = ['active', 'onHold', 'type', 'restriction'];

type Values = Partial<Record<string, unknown>>;
type Difference = Changes & { fields: string[] };

function differences(before: Values, after: Values): Difference {
  const fields = Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const values = fields.filter((name) => fieldsWithValues.includes(name));
  const pick = (from: Values): Values => Object.fromEntries(values.map((name) => [name, from[name]]));
  return { fields, ...(values.length > 0 && { from: pick(before), to: pick(after) }) };
}

/** The values of a customer for the field names of a change. */
function valuesOf(customer: Values, names: string[]): Values {
  return Object.fromEntries(names.map((name) => [name, customer[name]]));
}
