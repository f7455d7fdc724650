import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { JsonObject, mergeMixins } from '../common/merge-patch.js';
import { Database, transaction } from '../database/database.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Customer, mayLogIn } from './customer.entity.js';
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
  companyRegistrationId?: string | null;
  /** Merged into the present ones (RFC 7396). */
  mixins?: JsonObject | null;
  mixinSchemas?: JsonObject | null;
}

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
  | 'preferredLanguage'
  | 'preferredCurrency'
  | 'preferredSite'
  | 'mixins'
  | 'mixinSchemas'
> &
  Partial<
    Omit<ProfileChanges, 'preferredLanguage' | 'preferredCurrency' | 'preferredSite' | 'mixins' | 'mixinSchemas'>
  >;

/** What employees may change beyond that. */
export interface StandingChanges {
  active?: boolean;
  onHold?: boolean;
}

/** Who the customers are. */
@Injectable()
export class CustomersService {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /** @throws Failure `customer_not_found` */
  async profile(id: string, withAddresses: boolean): Promise<Profile> {
    const [row] = await this.database.rows<{ profile: Profile | null }>(
      {
        name: `profile_${withAddresses}`,
        text: `select ${profile('$1::text', '$2::text', withAddresses)} as profile`,
      },
      [this.tenants.current, id],
    );
    if (!row?.profile) throw new Failure('customer_not_found', { facts: { customer: id } });
    return row.profile;
  }

  /**
   * A new customer as it would be stored.
   *
   * @param id the customer number
   */
  draft(
    id: string,
    { active, mustConfirm }: Pick<Customer, 'active' | 'mustConfirm'>,
    profile: ProfileChanges,
  ): NewCustomer {
    const { settings } = this.tenants;
    const now = this.clock.now();
    const customer: NewCustomer = {
      tenant: this.tenants.current,
      id,
      active,
      mustConfirm,
      onHold: settings.customerOnHoldOnCreation,
      preferredLanguage: settings.preferredLanguage,
      preferredCurrency: settings.preferredCurrency,
      preferredSite: settings.preferredSite,
      mixins: {},
      mixinSchemas: {},
      createdAt: now,
      modifiedAt: now,
    };
    this.apply(customer, profile);
    return customer;
  }

  /**
   * Changes what is given and leaves the rest alone.
   *
   * @param expectedVersion the version the change was made from; undefined for no check
   * @returns the customer, and whether it could log in before
   * @throws Failure `customer_not_found`, `stale_version`, `contact_email_needed`
   */
  async change(
    id: string,
    changes: ProfileChanges & StandingChanges,
    expectedVersion?: number,
  ): Promise<{ customer: Customer; couldLogIn: boolean }> {
    const change = async (em: EntityManager): Promise<{ customer: Customer; couldLogIn: boolean }> => {
      const customer = await em.findOne(Customer, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
      if (!customer) throw new Failure('customer_not_found', { facts: { customer: id } });
      if (expectedVersion !== undefined && expectedVersion !== customer.version) {
        throw new Failure('stale_version', { facts: { version: String(customer.version) } });
      }
      const couldLogIn = mayLogIn(customer);
      const { active = customer.active, onHold = customer.onHold, ...profile } = changes;
      this.apply(customer, profile);
      Object.assign(customer, { active, onHold, modifiedAt: this.clock.now() });
      await em.flush();
      return { customer, couldLogIn };
    };
    return transaction(this.em, change);
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
}
