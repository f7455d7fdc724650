import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { expectVersion } from '../common/expected-version.js';
import { Failure, invalid } from '../common/failure.js';
import { JsonObject, LARGEST_SMALL_OBJECT, mergeMixins } from '../common/merge-patch.js';
import { Database, Statement, transaction, violates } from '../database/database.js';
import { Changes } from '../history/history-entry.entity.js';
import { History } from '../history/history.service.js';
import { SecurityLog } from '../history/security-log.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Customer, CustomerType, Gender, mayLogIn } from './customer.entity.js';
import { Profile, type ProfileParts, belongsTo, profile } from './profile.js';

/** What a profile holds that customers may change. Absent leaves alone, null removes. */
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
  /** Merged into the present ones (RFC 7396). */
  mixins?: JsonObject | null;
  mixinSchemas?: JsonObject | null;
}

/** What only staff may change. */
export interface StandingChanges {
  active?: boolean;
  onHold?: boolean;
  type?: CustomerType;
  restriction?: string | null;
  /** `{STORE}--{n}`; a new customer without it gets the next one of the store. */
  reference?: string;
  /** Whether the e-mail counts as confirmed. If not, the login waits for the key in the opt-in mail. */
  confirmed?: boolean;
}

type Defaulted = 'preferredLanguage' | 'preferredCurrency' | 'preferredSite' | 'mixins' | 'mixinSchemas';

/** All that a customer has from the start. */
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
  Partial<Omit<ProfileChanges, Defaulted>>;

/** How staff and the tenant's rules let a customer start. */
export interface NewStanding extends Omit<StandingChanges, 'confirmed'> {
  active: boolean;
  mustConfirm: boolean;
}

/** A change, and what it was a change of. */
export interface ChangedCustomer {
  customer: Customer;
  before: { mayLogIn: boolean; type: CustomerType; companyRegistrationId?: string | null };
}

/** `$1` tenant, `$2` customer, `$3` company. No row: the customer does not belong to it. */
const membership: Statement = {
  name: 'membership',
  text: `select count(*) = 1 as only from contact_assignments where tenant = $1 and customer_id = $2
    having bool_or(legal_entity_id = $3)`,
};

/**
 * Mailed tokens and account first: who resets a password, logs in or leaves a mail has one of them already, and wants
 * the customer next. `$1` tenant, `$2` customer, `$3` restrictions of the staff, or null. No row: there is no such
 * customer within them.
 */
const removeCustomer: Statement = {
  name: 'remove_customer',
  text: `with tokens as (
      select from one_time_tokens t where t.tenant = $1 and t.customer_id = $2 for update
    ), account as (
      select from accounts a where a.tenant = $1 and a.customer_id = $2 and (select count(*) from tokens) >= 0 for update
    )
    delete from customers c where c.tenant = $1 and c.id = $2 and ($3::text[] is null or c.restriction = any($3))
      and (select count(*) from account) >= 0
    returning 1`,
};

/** Who the customers are. */
@Injectable()
export class CustomersService {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly history: History,
    private readonly securityLog: SecurityLog,
    private readonly clock: Clock,
  ) {}

  /** @throws Failure `customer_not_found` */
  async profile(id: string, parts: ProfileParts): Promise<Profile> {
    const [row] = await this.database.rows<{ profile: Profile }>(
      {
        name: `profile_${parts.addresses}_${parts.mixins}`,
        text: `select ${profile(parts)} as profile from customers c
          where c.tenant = $1 and c.id = $2 and ($3::text[] is null or c.restriction = any($3))
            and ($4::text is null or ${belongsTo('$4')})`,
      },
      [this.tenants.current, id, this.within ?? null, RequestScope.current?.company ?? null],
    );
    if (!row) throw notFound(id);
    return row.profile;
  }

  /**
   * Whether there is such a customer, within the reach of the staff who asks.
   *
   * @throws Failure `customer_not_found`
   */
  async expect(id: string): Promise<void> {
    const found = await this.em.count(Customer, this.reach(id));
    if (found === 0) throw notFound(id);
  }

  /** When the customer was made, within the reach of the staff who asks. @throws Failure `customer_not_found` */
  async madeAt(id: string): Promise<Date> {
    const customer = await this.em.findOne(Customer, this.reach(id), { fields: ['createdAt'] });
    if (!customer) throw notFound(id);
    return customer.createdAt;
  }

  /** The number of the customer with that reference. @throws Failure `customer_not_found` */
  async idOf(reference: string): Promise<string> {
    const customer = await this.em.findOne(Customer, { ...this.reach(undefined), reference }, { fields: ['id'] });
    if (!customer) throw notFound(reference);
    return customer.id;
  }

  /**
   * A new customer as it would be stored.
   *
   * @param id the customer number
   * @throws Failure `invalid_input`, `access_refused` when it is beyond the reach of the staff who makes it
   */
  draft(
    id: string,
    { active, mustConfirm, onHold, type = 'CUSTOMER', restriction, reference }: NewStanding,
    profile: ProfileChanges,
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
      preferredCurrency: settings.preferredCurrency,
      preferredSite: settings.preferredSite,
      mixins: {},
      mixinSchemas: {},
      createdAt: now,
      modifiedAt: now,
    };
    this.apply(customer, profile);
    this.restrict(customer, restriction, true);
    return customer;
  }

  /**
   * Changes what is given and leaves the rest alone. A contact who becomes a customer is activated.
   *
   * @param expectedVersion the version the change was made from; undefined for no check
   * @throws Failure `customer_not_found`, `stale_version`, `contact_email_needed`, `invalid_input`, `access_refused`,
   * `number_taken` when the reference is another's
   */
  async change(
    id: string,
    changes: ProfileChanges & StandingChanges,
    expectedVersion?: number,
  ): Promise<ChangedCustomer> {
    const change = async (em: EntityManager): Promise<ChangedCustomer> => {
      await this.keepToCompany(id, changes.active !== undefined);
      const customer = await em.findOne(Customer, this.reach(id), {
        lockMode: LockMode.PESSIMISTIC_WRITE,
        refresh: true,
      });
      if (!customer) throw notFound(id);
      expectVersion(expectedVersion, customer.version);
      const { companyRegistrationId } = customer;
      const before = { mayLogIn: mayLogIn(customer), type: customer.type, companyRegistrationId };
      const names = [...new Set([...Object.keys(changes), 'active', 'restriction', 'mustConfirm', 'confirmedAt'])];
      const values = valuesOf(customer, names);
      const { onHold = customer.onHold, type = customer.type, restriction, reference, confirmed, ...profile } = changes;
      const becomesCustomer = customer.type === 'CONTACT' && type === 'CUSTOMER';
      const opens = becomesCustomer || (confirmed === true && !customer.confirmedAt && this.confirmingActivates);
      const { active = customer.active || opens, ...wishes } = profile;
      const { contactEmail } = customer;
      this.apply(customer, wishes);
      if (RequestScope.current?.inCustomersPlace && customer.contactEmail !== contactEmail) {
        throw new Failure('access_refused');
      }
      const moved = wishes.preferredSite !== undefined && this.isStaff;
      this.restrict(customer, restriction, moved);
      const now = this.clock.now();
      Object.assign(customer, { active, onHold, type, modifiedAt: now });
      if (reference !== undefined) customer.reference = reference;
      if (confirmed) customer.confirmedAt ??= now;
      if (confirmed === false) Object.assign(customer, { mustConfirm: true, confirmedAt: null });
      await em.flush();
      await this.history.add(id, 'customer_changed', differences(values, valuesOf(customer, names)));
      return { customer, before };
    };
    try {
      return await transaction(this.em, change);
    } catch (error) {
      if (!violates(error, 'customers_reference')) throw error;
      throw new Failure('number_taken', { cause: error, facts: { reference: changes.reference ?? '' } });
    }
  }

  /**
   * Removes a customer with everything that hangs on it: accounts, addresses, sessions, mailed tokens, and the mails
   * that were left for it. The number stays taken, unless the tenant allows to use it again.
   *
   * @throws Failure `customer_not_found`, `access_refused`
   */
  async remove(id: string): Promise<void> {
    await transaction(this.em, async (em) => {
      await this.keepToCompany(id, true);
      const removed = await this.database.rows(removeCustomer, [this.tenants.current, id, this.within ?? null]);
      if (removed.length === 0) throw notFound(id);
      if (!this.tenants.settings.enableRecreationOfDeletedCustomer) {
        await em.execute('insert into taken_numbers (tenant, id, deleted_at) values (?, ?, ?)', [
          this.tenants.current,
          id,
          this.clock.now(),
        ]);
      }
      await this.history.add(id, 'customer_deleted', {});
    });
    this.securityLog.tell('customer_deleted', { customer: id });
  }

  /** Lets the number of a deleted customer be used again, where the tenant allows it. */
  async release(id: string): Promise<void> {
    if (!this.tenants.settings.enableRecreationOfDeletedCustomer) return;
    await this.em.execute('delete from taken_numbers where tenant = ? and id = ?', [this.tenants.current, id]);
  }

  /** Whether a customer waits for nothing but the e-mail to be confirmed. */
  private get confirmingActivates(): boolean {
    return this.tenants.settings.activation === 'email';
  }

  private get isStaff(): boolean {
    const { actor, inCustomersPlace } = RequestScope.current ?? {};
    return actor !== undefined && actor.kind !== 'customer' && !inCustomersPlace;
  }

  /** The restrictions that the staff who asks is limited to. */
  private get within(): string[] | undefined {
    return RequestScope.current?.restrictions;
  }

  /**
   * Keeps the administrator of a company to its customers. Shut out or removed can only be others, and of them those
   * who belong to no other company.
   *
   * @throws Failure `customer_not_found`, `access_refused`
   */
  private async keepToCompany(id: string, decides: boolean): Promise<void> {
    const { company, actor } = RequestScope.current ?? {};
    if (!company) return;
    const [found] = await this.database.rows<{ only: boolean }>(membership, [this.tenants.current, id, company]);
    if (!found) throw notFound(id);
    if (decides && (!found.only || id === actor?.id)) throw new Failure('access_refused');
  }

  private reach(id: string | undefined): { id?: string; restriction?: { $in: string[] } } {
    return { ...(id !== undefined && { id }), ...(this.within && { restriction: { $in: this.within } }) };
  }

  private apply(customer: NewCustomer, changes: ProfileChanges): void {
    const { settings } = this.tenants;
    const { contactEmail, preferredLanguage, preferredCurrency, preferredSite, mixins, mixinSchemas, ...plain } =
      changes;
    if (contactEmail !== undefined) {
      if (customer.contactEmail && !contactEmail?.trim()) throw new Failure('contact_email_needed');
      customer.contactEmail = contactEmail?.trim() || null;
    }
    if (preferredLanguage !== undefined) customer.preferredLanguage = preferredLanguage ?? settings.preferredLanguage;
    if (preferredCurrency !== undefined) customer.preferredCurrency = preferredCurrency ?? settings.preferredCurrency;
    if (preferredSite !== undefined) customer.preferredSite = preferredSite ?? settings.preferredSite;
    if (mixins !== undefined) customer.mixins = mergeMixins('mixins', customer.mixins, mixins);
    if (mixinSchemas !== undefined) {
      customer.mixinSchemas = mergeMixins('metadata.mixins', customer.mixinSchemas, mixinSchemas, LARGEST_SMALL_OBJECT);
    }
    for (const [name, value] of Object.entries(plain)) {
      if (value !== undefined) Object.assign(customer, { [name]: value });
    }
  }

  /**
   * @param follows where none is given, whether the restriction follows the preferred site, if the tenant wants that:
   * for who is new, and for whom staff moves to another site. Customers do not move themselves out of their staff's
   * reach, nor does an employee in their place.
   */
  private restrict(customer: NewCustomer, restriction: string | null | undefined, follows: boolean): void {
    const { restrictions, enableSyncBetweenRestrictionsAndSiteCodes: sync } = this.tenants.settings;
    if (typeof restriction === 'string' && !restrictions.includes(restriction)) {
      throw invalid(
        'restriction',
        `restriction must be one of the tenant's: ${restrictions.join(', ') || 'it has none'}`,
      );
    }
    if (restriction !== undefined) customer.restriction = restriction;
    else if (sync && follows) {
      customer.restriction = restrictions.includes(customer.preferredSite) ? customer.preferredSite : null;
    }
    if (this.within && !(customer.restriction && this.within.includes(customer.restriction))) {
      throw new Failure('access_refused');
    }
  }
}

function notFound(id: string): Failure {
  return new Failure('customer_not_found', { facts: { customer: id } });
}

/** What the history tells of a change with its values; of everything else it keeps the name. */
const told = ['active', 'onHold', 'type', 'restriction'];

type Values = Partial<Record<string, unknown>>;

function differences(before: Values, after: Values): Changes {
  const fields = Object.keys(before).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const values = fields.filter((name) => told.includes(name));
  const pick = (from: Values): Values => Object.fromEntries(values.map((name) => [name, from[name]]));
  return { fields, ...(values.length > 0 && { from: pick(before), to: pick(after) }) };
}

/** The values of a customer under the names of a change. */
function valuesOf(customer: Values, names: string[]): Values {
  return Object.fromEntries(names.map((name) => [name, customer[name]]));
}
