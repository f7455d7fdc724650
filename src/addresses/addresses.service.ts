import { randomUUID } from 'node:crypto';
import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure, invalid } from '../common/failure.js';
import { JsonObject, mergeMixins } from '../common/merge-patch.js';
import { Database, type Statement, violates, transaction } from '../database/database.js';
import { History } from '../history/history.service.js';
import { sessionLives } from '../sessions/sessions.sql.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { AddressRow, addressBook } from './address-book.js';
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
  isDefault?: boolean;
  /** Merged into the present ones (RFC 7396). */
  mixins?: JsonObject | null;
  mixinSchemas?: JsonObject | null;
}

/** Of one address. */
export const MOST_TAGS = 50;

const lineNames = [
  'contactName',
  'companyName',
  'street',
  'streetNumber',
  'streetAppendix',
  'extraLine1',
  'extraLine2',
  'extraLine3',
  'extraLine4',
  'zipCode',
  'city',
  'country',
  'state',
  'contactPhone',
] as const;

/**
 * `$1` tenant, `$2` address, `$3` customer, `$4`–`$17` lines, `$18` tags, `$19` and `$20` mixins, `$21` now, `$22` default,
 * `$23` session or null. No row: the session is dead.
 */
const insertAddress: Statement = {
  name: 'insert_address',
  text: `insert into addresses (tenant, id, customer_id, contact_name, company_name, street, street_number,
      street_appendix, extra_line1, extra_line2, extra_line3, extra_line4, zip_code, city, country, state,
      contact_phone, tags, mixins, mixin_schemas, created_at, is_default)
    select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18::jsonb, $19::jsonb,
      $20::jsonb, $21::timestamptz,
      $22 or not exists (select 1 from addresses where tenant = $1 and customer_id = $3)
    where ${sessionLives({ tenant: '$1', session: '$23', now: '$21' })}
    returning id`,
};

/** `$1` tenant, `$2` customer. */
const addressBookOf: Statement = {
  name: 'address_book',
  text: `select ${addressBook('$1', '$2')} as book`,
};

/** Where customers live. */
@Injectable()
export class AddressesService {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
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
   * @throws Failure `token_invalid`, `address_id_taken`, `customer_not_found`
   */
  async add(
    customerId: string,
    input: AddressChanges,
    { sessionId, id = randomUUID() }: { sessionId?: string; id?: string } = {},
  ): Promise<string> {
    const { isDefault, tags, mixins, mixinSchemas, ...lines } = input;
    const values = [
      this.tenants.current,
      id,
      customerId,
      ...lineNames.map((name) => lines[name] ?? null),
      JSON.stringify(unique(tags ?? [])),
      JSON.stringify(mixins ?? {}),
      JSON.stringify(mixinSchemas ?? {}),
      this.clock.now(),
      isDefault ?? false,
      sessionId,
    ];
    for (;;) {
      try {
        await this.history.keep(customerId, 'address_added', { address: id }, async () => {
          if (!isDefault) return this.insert(values);
          await transaction(this.em, async () => {
            await this.clearDefault(customerId);
            await this.insert(values);
          });
        });
        return id;
      } catch (error) {
        if (violates(error, 'addresses_pkey')) throw new Failure('address_id_taken', { facts: { address: id } });
        if (violates(error, 'addresses_tenant_customer_id_fkey')) {
          throw new Failure('customer_not_found', { cause: error, facts: { customer: customerId } });
        }
        if (!violates(error, 'addresses_one_default')) throw error;
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
      if (expectedVersion !== undefined && expectedVersion !== address.version) {
        throw new Failure('stale_version', { facts: { version: String(address.version) } });
      }
      const { isDefault, tags, mixins, mixinSchemas, ...lines } = changes;
      for (const [name, value] of Object.entries(lines)) {
        if (value !== undefined) Object.assign(address, { [name]: value });
      }
      if (tags !== undefined) address.tags = unique(tags ?? []);
      if (mixins !== undefined) address.mixins = mergeMixins('mixins', address.mixins, mixins);
      if (mixinSchemas !== undefined) {
        address.mixinSchemas = mergeMixins('metadata.mixins', address.mixinSchemas, mixinSchemas);
      }
      if (isDefault && !address.isDefault) await this.clearDefault(customerId);
      if (isDefault !== undefined) address.isDefault = isDefault;
      return Object.keys(changes).filter((name) => changes[name as keyof AddressChanges] !== undefined);
    });
  }

  /** A customer's address book, oldest first. */
  async list(customerId: string): Promise<AddressRow[]> {
    const [row] = await this.database.rows<{ book: AddressRow[] }>(addressBookOf, [this.tenants.current, customerId]);
    return row?.book ?? [];
  }

  /**
   * Changes the address of that id, or adds it.
   *
   * @returns whether it was added
   * @throws Failure as `add` and `change`; `invalid_input` when the new one names nobody
   */
  async put(customerId: string, id: string, input: AddressChanges, expectedVersion?: number): Promise<boolean> {
    try {
      await this.change(customerId, id, input, expectedVersion);
      return false;
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'address_not_found') throw error;
    }
    if (!input.contactName?.trim()) throw invalid('contactName', 'contactName is needed for a new address');
    await this.add(customerId, input, { id });
    return true;
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

  private async insert(values: unknown[]): Promise<void> {
    const inserted = await this.database.rows(insertAddress, values);
    if (inserted.length === 0) throw new Failure('token_invalid');
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

  /** Makes room for another default. The customer's row is locked, so that writers of one address book take turns. */
  private async clearDefault(customerId: string): Promise<void> {
    await this.em.execute('select 1 from customers where tenant = ? and id = ? for no key update', [
      this.tenants.current,
      customerId,
    ]);
    await this.em.nativeUpdate(Address, { customerId, isDefault: true }, { isDefault: false });
  }
}

/** An address that is not there, or is another customer's: nobody can tell which. */
export function notFound(customerId: string, id: string): Failure {
  return new Failure('address_not_found', { facts: { address: id, customer: customerId } });
}

function unique(tags: string[]): string[] {
  return [...new Set(tags)];
}
