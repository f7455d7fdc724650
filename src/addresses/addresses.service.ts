import { randomUUID } from 'node:crypto';
import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { expectVersion } from '../common/expected-version.js';
import { Failure, invalid } from '../common/failure.js';
import { JsonObject, LARGEST_SMALL_OBJECT, mergeMixins } from '../common/merge-patch.js';
import { Database, type Statement, violates, transaction } from '../database/database.js';
import { SharedStatements, askers } from '../database/shared-statements.js';
import { History } from '../history/history.service.js';
import { sessionLives } from '../sessions/sessions.sql.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { AddressRow, addressBook, addressIn } from './address-book.js';
import { Address } from './address.entity.js';

/** What an address says. Absent leaves alone, null removes. */
export interface AddressChanges {
  contactName?: string | null;
  companyName?: string | null;
  street?: string | null;
  streetNumber?: string | null;
  streetAppendix?: string | null;
  extraLine1?: string | null;
  extraLine2?: string | null;
  extraLine3?: string | null;
  extraLine4?: string | null;
  zipCode?: string | null;
  city?: string | null;
  country?: string | null;
  state?: string | null;
  contactPhone?: string | null;
  tags?: string[] | null;
  salutation?: string | null;
  /** The contact's name in two parts. Whoever gives one of the three forms, the others follow. */
  firstName?: string | null;
  lastName?: string | null;
  isDefault?: boolean;
  isDefaultShipping?: boolean;
  isDefaultBilling?: boolean;
  /** Merged into the present ones (RFC 7396). */
  mixins?: JsonObject | null;
  mixinSchemas?: JsonObject | null;
}

/** Of one address. */
export const MOST_TAGS = 50;
/** Of one customer; a few more when they are added at the same moment. */
export const MOST_ADDRESSES = 100;

const lines = {
  salutation: 'salutation',
  firstName: 'first_name',
  lastName: 'last_name',
  contactName: 'contact_name',
  companyName: 'company_name',
  street: 'street',
  streetNumber: 'street_number',
  streetAppendix: 'street_appendix',
  extraLine1: 'extra_line1',
  extraLine2: 'extra_line2',
  extraLine3: 'extra_line3',
  extraLine4: 'extra_line4',
  zipCode: 'zip_code',
  city: 'city',
  country: 'country',
  state: 'state',
  contactPhone: 'contact_phone',
} as const;

/** The three defaults; each is one address's alone, and a customer's first address is all of them. */
const defaults = {
  isDefault: 'is_default',
  isDefaultShipping: 'is_default_shipping',
  isDefaultBilling: 'is_default_billing',
} as const;

type Default = keyof typeof defaults;

const lineNames = Object.keys(lines) as (keyof typeof lines)[];
const defaultNames = Object.keys(defaults) as Default[];

/** The columns of the lines and of the defaults, as askers have them. */
const [lineColumns, defaultColumns] = [Object.values(lines), Object.values(defaults)];

/**
 * Shared, one of a customer at once; without a session, staff asks. Tells whether the session lives, and whether there
 * was room.
 */
const insertAddress: Required<Statement> = {
  name: 'insert_address',
  text: `with book as materialized (
      select asker.*, ${sessionLives({ tenant: 'asker.tenant', session: 'asker.session', now: 'asker.now' })} as lives,
        (select count(*) from addresses a where a.tenant = asker.tenant and a.customer_id = asker.customer) as size
      from ${askers({
        ...{ tenant: 'text', id: 'text', customer: 'text', session: 'uuid', now: 'timestamptz' },
        ...{ tags: 'jsonb', mixins: 'jsonb', mixin_schemas: 'jsonb' },
        ...Object.fromEntries(lineColumns.map((column) => [column, 'text'])),
        ...Object.fromEntries(defaultColumns.map((column) => [column, 'boolean'])),
      })}
    ), inserted as (
      insert into addresses (tenant, id, customer_id, tags, mixins, mixin_schemas, created_at,
        ${[...lineColumns, ...defaultColumns].join(', ')})
      select tenant, id, customer, tags, mixins, mixin_schemas, now, ${lineColumns.join(', ')},
        ${defaultColumns.map((column) => `${column} or size = 0`).join(', ')}
      from book where lives and size < ${MOST_ADDRESSES}
      returning tenant, id
    ) select n, lives, exists (select from inserted i where i.tenant = book.tenant and i.id = book.id) as added from book`,
};

/** `$1` tenant, `$2` customer. */
const addressBookOf: Statement = {
  name: 'address_book',
  text: `select ${addressBook('$1', '$2')} as book`,
};

/** `$1` tenant, `$2` customer, `$3` address. */
const oneAddress: Statement = {
  name: 'one_address',
  text: `select ${addressIn('$1', '$2', '$3')} as address`,
};

/** Where customers live. */
@Injectable()
export class AddressesService {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
    private readonly shared: SharedStatements,
    private readonly tenants: TenantsService,
    private readonly history: History,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds an address; a customer's first one becomes the default.
   *
   * @param sessionId asked in the same statement whether it still lives
   * @param id chosen by staff; without it, one is made up
   * @returns its id
   * @throws Failure `token_invalid`, `address_id_taken`, `address_book_full`, `customer_not_found`
   */
  async add(
    customerId: string,
    input: AddressChanges,
    { sessionId, id = randomUUID() }: { sessionId?: string; id?: string } = {},
  ): Promise<string> {
    const given = named(input);
    const values = {
      ...{ tenant: this.tenants.current, id, customer: customerId, session: sessionId, now: this.clock.now() },
      ...{ tags: unique(input.tags ?? []), mixins: input.mixins ?? {}, mixin_schemas: input.mixinSchemas ?? {} },
      ...Object.fromEntries(lineNames.map((name) => [lines[name], given[name]])),
      ...Object.fromEntries(defaultNames.map((name) => [defaults[name], input[name] ?? false])),
    };
    const taken = defaultNames.filter((name) => input[name]);
    for (;;) {
      try {
        await this.history.keep(customerId, 'address_added', { address: id }, async () => {
          if (taken.length === 0) return this.insert(customerId, values);
          await transaction(this.em, async () => {
            await this.clear(customerId, taken);
            await this.insert(customerId, values);
          });
        });
        return id;
      } catch (error) {
        if (violates(error, 'addresses_pkey')) throw new Failure('address_id_taken', { facts: { address: id } });
        if (violates(error, 'addresses_tenant_customer_id_fkey')) {
          throw new Failure('customer_not_found', { cause: error, facts: { customer: customerId } });
        }
        if (!Object.values(defaults).some((name) => violates(error, name.replace('is_', 'addresses_one_'))))
          throw error;
        // Two first addresses at once: this one came second, and finds the other now.
      }
    }
  }

  /**
   * Changes what is given and leaves the rest alone.
   *
   * @param expectedVersion the version the change was made from; undefined for no check
   * @throws Failure `address_not_found`, `stale_version`
   */
  async change(customerId: string, id: string, changes: AddressChanges, expectedVersion?: number): Promise<void> {
    await this.edit(customerId, id, async (address) => {
      expectVersion(expectedVersion, address.version);
      const { tags, mixins, mixinSchemas } = changes;
      const given = named(changes, address);
      for (const name of lineNames) {
        if (given[name] !== undefined) address[name] = given[name];
      }
      if (tags !== undefined) address.tags = unique(tags ?? []);
      if (mixins !== undefined) {
        address.mixins = mergeMixins('mixins', address.mixins, mixins, LARGEST_SMALL_OBJECT);
      }
      if (mixinSchemas !== undefined) {
        address.mixinSchemas = mergeMixins('metadata.mixins', address.mixinSchemas, mixinSchemas, LARGEST_SMALL_OBJECT);
      }
      const taken = defaultNames.filter((name) => changes[name] && !address[name]);
      if (taken.length > 0) await this.clear(customerId, taken);
      for (const name of defaultNames) address[name] = changes[name] ?? address[name];
      return Object.keys(changes).filter((name) => changes[name as keyof AddressChanges] !== undefined);
    });
  }

  /** A customer's address book, oldest first. */
  async list(customerId: string): Promise<AddressRow[]> {
    const [row] = await this.database.rows<{ book: AddressRow[] }>(addressBookOf, [this.tenants.current, customerId]);
    return row?.book ?? [];
  }

  /** One address of a customer. @throws Failure `address_not_found` */
  async get(customerId: string, id: string): Promise<AddressRow> {
    const values = [this.tenants.current, customerId, id];
    const [row] = await this.database.rows<{ address: AddressRow | null }>(oneAddress, values);
    if (!row?.address) throw notFound(customerId, id);
    return row.address;
  }

  /**
   * Changes the address of that id, or adds it.
   *
   * @returns whether it was added
   * @throws Failure as `add` and `change`; `invalid_input` when the new one names nobody
   */
  async put(customerId: string, id: string, input: AddressChanges, expectedVersion?: number): Promise<boolean> {
    if (await this.changed(customerId, id, input, expectedVersion)) return false;
    if (!input.contactName?.trim()) throw invalid('contactName', 'contactName is needed for a new address');
    try {
      await this.add(customerId, input, { id });
      return true;
    } catch (error) {
      // Another one added it meanwhile, unless the id is of another customer's address.
      const taken = error instanceof Failure && error.code === 'address_id_taken';
      if (taken && (await this.changed(customerId, id, input, expectedVersion))) return false;
      throw error;
    }
  }

  /** Adds tags; those that are there stay as they are. @throws Failure `address_not_found`, `invalid_input` */
  async addTags(customerId: string, id: string, tags: string[]): Promise<void> {
    await this.edit(customerId, id, (address) => {
      address.tags = unique([...address.tags, ...tags]);
      if (address.tags.length > MOST_TAGS) throw invalid('tags', `an address has at most ${MOST_TAGS} tags`);
      return ['tags'];
    });
  }

  /** Removes tags; those that are not there are no error. @throws Failure `address_not_found` */
  async removeTags(customerId: string, id: string, tags: string[]): Promise<void> {
    await this.edit(customerId, id, (address) => {
      address.tags = address.tags.filter((tag) => !tags.includes(tag));
      return ['tags'];
    });
  }

  /** @throws Failure `address_not_found` */
  async remove(customerId: string, id: string): Promise<void> {
    await this.history.keep(customerId, 'address_removed', { address: id }, async () => {
      const removed = await this.em.nativeDelete(Address, { id, customerId });
      if (removed === 0) throw notFound(customerId, id);
    });
  }

  /** @returns false when the customer has no such address */
  private async changed(...change: Parameters<AddressesService['change']>): Promise<boolean> {
    try {
      await this.change(...change);
      return true;
    } catch (error) {
      if (error instanceof Failure && error.code === 'address_not_found') return false;
      throw error;
    }
  }

  private async insert(customerId: string, values: Record<string, unknown>): Promise<void> {
    const done = await this.shared.ask<{ lives: boolean; added: boolean }>(insertAddress, values, customerId);
    if (!done?.lives) throw new Failure('token_invalid');
    if (!done.added) throw new Failure('address_book_full', { facts: { most: String(MOST_ADDRESSES) } });
  }

  private async edit(
    customerId: string,
    id: string,
    change: (address: Address) => string[] | Promise<string[]>,
  ): Promise<void> {
    await transaction(this.em, async (em) => {
      const address = await em.findOne(Address, { id, customerId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
      if (!address) throw notFound(customerId, id);
      const fields = await change(address);
      await this.history.add(customerId, 'address_changed', { address: id, fields });
    });
  }

  /** Makes room for other defaults. The customer's row is locked, so that writers of one address book take turns. */
  private async clear(customerId: string, names: Default[]): Promise<void> {
    await this.em.execute('select 1 from customers where tenant = ? and id = ? for no key update', [
      this.tenants.current,
      customerId,
    ]);
    for (const name of names) await this.em.nativeUpdate(Address, { customerId, [name]: true }, { [name]: false });
  }
}

/** The changes with the contact's name in all its forms, as far as they say something of it. */
function named(changes: AddressChanges, present?: Address): AddressChanges {
  const { firstName = present?.firstName, lastName = present?.lastName, contactName } = changes;
  if (changes.firstName !== undefined || changes.lastName !== undefined) {
    const whole = [firstName, lastName].filter(Boolean).join(' ');
    return { ...changes, firstName, lastName, contactName: contactName ?? (whole || null) };
  }
  if (contactName === undefined || contactName === present?.contactName) return changes;
  const [, first = '', last = ''] = /^(.*?)\s*(\S*)\s*$/s.exec(contactName ?? '') ?? [];
  return { ...changes, firstName: first.trim() || null, lastName: last || null };
}

/** An address that is not there, or is another customer's: nobody can tell which. */
export function notFound(customerId: string, id: string): Failure {
  return new Failure('address_not_found', { facts: { address: id, customer: customerId } });
}

function unique(tags: string[]): string[] {
  return [...new Set(tags)];
}
