import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure, invalid } from '../common/failure.js';
import { JsonObject, mergeMixins } from '../common/merge-patch.js';
import { Database, transaction } from '../database/database.js';
import { Changes } from '../history/history-entry.entity.js';
import { History } from '../history/history.service.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Customer, CustomerType, Gender, mayLogIn } from './customer.entity.js';
import { Profile, profile } from './profile.js';

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
export interface NewStanding extends StandingChanges {
  active: boolean;
  mustConfirm: boolean;
  /** `{STORE}--{n}`; without it, the next one of the store. */
  reference?: string;
}

/** A change, and what it was a change of. */
export interface ChangedCustomer {
  customer: Customer;
  before: { mayLogIn: boolean; type: CustomerType };
}

/** Who the customers are. */
@Injectable()
export class CustomersService {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly history: History,
    private readonly clock: Clock,
  ) {}

  /** @throws Failure `customer_not_found` */
  async profile(id: string, withAddresses: boolean): Promise<Profile> {
    const [row] = await this.database.rows<{ profile: Profile }>(
      {
        name: `profile_${withAddresses}`,
        text: `select ${profile(withAddresses)} as profile from customers c
          where c.tenant = $1 and c.id = $2 and ($3::text[] is null or c.restriction = any($3))`,
      },
      [this.tenants.current, id, this.within ?? null],
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
   * @throws Failure `customer_not_found`, `stale_version`, `contact_email_needed`, `invalid_input`, `access_refused`
   */
  async change(
    id: string,
    changes: ProfileChanges & StandingChanges,
    expectedVersion?: number,
  ): Promise<ChangedCustomer> {
    const change = async (em: EntityManager): Promise<ChangedCustomer> => {
      const customer = await em.findOne(Customer, this.reach(id), {
        lockMode: LockMode.PESSIMISTIC_WRITE,
        refresh: true,
      });
      if (!customer) throw notFound(id);
      if (expectedVersion !== undefined && expectedVersion !== customer.version) {
        throw new Failure('stale_version', { facts: { version: String(customer.version) } });
      }
      const before = { mayLogIn: mayLogIn(customer), type: customer.type };
      const names = [...new Set([...Object.keys(changes), 'active', 'restriction'])];
      const values = valuesOf(customer, names);
      const { onHold = customer.onHold, type = customer.type, restriction, ...profile } = changes;
      const becomesCustomer = customer.type === 'CONTACT' && type === 'CUSTOMER';
      const { active = customer.active || becomesCustomer, ...wishes } = profile;
      this.apply(customer, wishes);
      const moved = wishes.preferredSite !== undefined && RequestScope.current?.actor !== undefined;
      this.restrict(customer, restriction, moved);
      Object.assign(customer, { active, onHold, type, modifiedAt: this.clock.now() });
      await em.flush();
      await this.history.add(id, 'customer_changed', differences(values, valuesOf(customer, names)));
      return { customer, before };
    };
    return transaction(this.em, change);
  }

  /**
   * Removes a customer with everything that hangs on it: accounts, addresses, sessions, mailed tokens. The number stays
   * taken, unless the tenant allows to use it again.
   *
   * @throws Failure `customer_not_found`
   */
  async remove(id: string): Promise<void> {
    await transaction(this.em, async (em) => {
      const removed = await em.nativeDelete(Customer, this.reach(id));
      if (removed === 0) throw notFound(id);
      if (!this.tenants.settings.enableRecreationOfDeletedCustomer) {
        await em.execute('insert into taken_numbers (tenant, id, deleted_at) values (?, ?, ?)', [
          this.tenants.current,
          id,
          this.clock.now(),
        ]);
      }
      await this.history.add(id, 'customer_deleted', {});
    });
  }

  /** Lets the number of a deleted customer be used again, where the tenant allows it. */
  async release(id: string): Promise<void> {
    if (!this.tenants.settings.enableRecreationOfDeletedCustomer) return;
    await this.em.execute('delete from taken_numbers where tenant = ? and id = ?', [this.tenants.current, id]);
  }

  /** The restrictions that the staff who asks is limited to. */
  private get within(): string[] | undefined {
    return RequestScope.current?.restrictions;
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
      customer.mixinSchemas = mergeMixins('metadata.mixins', customer.mixinSchemas, mixinSchemas);
    }
    for (const [name, value] of Object.entries(plain)) {
      if (value !== undefined) Object.assign(customer, { [name]: value });
    }
  }

  /**
   * @param follows where none is given, whether the restriction follows the preferred site, if the tenant wants that: for
   * who is new, and for whom staff moves to another site. Customers do not move themselves out of their staff's reach.
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
