import { randomUUID } from 'node:crypto';
import { EntityManager, TransactionContext } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { COUNTRY_CODE, isCountryCode } from '../common/country-codes.js';
import { assertCustomId } from '../common/custom-id.js';
import { assertVersion } from '../common/expected-version.js';
import { Failure, invalid } from '../common/failure.js';
import { JsonObject, MAX_SMALL_OBJECT_BYTES, kibibytes, mergeMixins } from '../common/merge-patch.js';
import { lockCustomer } from '../customers/customers.fragments.js';
import { type Statement, forUpdate, violates, transaction } from '../database/database.js';
import { QueryBatcher, batchRows } from '../database/query-batcher.js';
import { History } from '../history/history.service.js';
import { activeSecondFactorExists } from '../second-factor/second-factor.sql.js';
import { validSessionExists } from '../sessions/access/session-check.sql.js';
import { ResponseBudget } from '../tenants/response-budget.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { AddressRow } from './address-book.js';
import { Address, type AddressTables } from './address.entity.js';

/** The fields of an address. An absent field is unchanged, null removes the value. */
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
  /** The contact's name in two parts. The name has three forms. If one is given, the others are derived from it. */
  firstName?: string | null;
  lastName?: string | null;
  isDefault?: boolean;
  isDefaultShipping?: boolean;
  isDefaultBilling?: boolean;
  /** Merged into the current mixins (RFC 7396). */
  mixins?: JsonObject | null;
  mixinSchemas?: JsonObject | null;
}

/** An address with the id that the caller has chosen; generated if omitted. */
export interface NewAddress extends AddressChanges {
  id?: string;
}

/** The conditions of a change. */
export interface AddressConditions {
  /** The version that the change is based on; undefined for no check. */
  version?: number;
  /** Whether a new country must be a code. Otherwise any text is valid. */
  codesOnly?: boolean;
}

/** The maximum number of tags of one address. */
export const MAX_TAGS = 50;
/**
 * The maximum size of one address, in bytes of UTF-8: its texts, and the JSON of its tags and mixins. Texts of the
 * maximum length fit together with mixins of 8 KiB in ASCII.
 */
export const MAX_ADDRESS_BYTES = 32 * 1024;
/** The maximum number of addresses of one customer. Concurrent requests may exceed it slightly. */
export const MAX_ADDRESSES = 100;

/** The text columns, by property. */
const textColumns = {
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

/**
 * The columns of the three default flags, by property. At most one address has each flag. A customer's first address
 * gets all of them. Any other address that is stored while no address has the flags of the Glue API gets these flags,
 * as in the vendor's API.
 */
const flagColumns = {
  isDefault: 'is_default',
  isDefaultShipping: 'is_default_shipping',
  isDefaultBilling: 'is_default_billing',
} as const;

type Flag = keyof typeof flagColumns;

/** The flags that an address gets when it is stored while no address has them. */
const autoFlags = ['isDefaultShipping', 'isDefaultBilling'] as const satisfies Flag[];

const textNames = Object.keys(textColumns) as (keyof typeof textColumns)[];
const flagNames = Object.keys(flagColumns) as Flag[];

/**
 * A batched statement, with at most one row for each customer. A request without a session comes from an employee or
 * service, or the session was checked before. Returns whether the session is valid, whether a second factor is required,
 * and whether the address was added.
 */
const insertAddress: Required<Statement> = {
  name: 'insert_address',
  text: `with book as materialized (
      select request.*, ${validSessionExists({ tenant: 'request.tenant', session: 'request.session', now: 'request.now' })} as session_valid,
        request.session is not null and not request.passed
          and ${activeSecondFactorExists('request.tenant', 'request.customer')} as code_required,
        present.*
      from ${batchRows({
        tenant: 'text',
        id: 'text',
        customer: 'text',
        session: 'uuid',
        passed: 'boolean',
        now: 'timestamptz',
        tags: 'jsonb',
        mixins: 'jsonb',
        mixin_schemas: 'jsonb',
        ...Object.fromEntries(Object.values(textColumns).map((column) => [column, 'text'])),
        ...Object.fromEntries(Object.values(flagColumns).map((column) => [column, 'boolean'])),
      })} cross join lateral (select count(*) as size,
          ${autoFlags.map((name) => `coalesce(bool_or(a.${flagColumns[name]}), false) as has_${flagColumns[name]}`).join(', ')}
        from addresses a where a.tenant = request.tenant and a.customer_id = request.customer) present
    ), inserted as (
      insert into addresses (tenant, id, customer_id, tags, mixins, mixin_schemas, created_at,
        ${Object.values({ ...textColumns, ...flagColumns }).join(', ')})
      select tenant, id, customer, tags, mixins, mixin_schemas, now, ${Object.values(textColumns).join(', ')},
        is_default or size = 0, ${autoFlags.map((name) => `${flagColumns[name]} or not has_${flagColumns[name]}`).join(', ')}
      from book where session_valid and not code_required and size < ${MAX_ADDRESSES}
      returning tenant, id
    ) select n, session_valid, code_required,
      exists (select from inserted i where i.tenant = book.tenant and i.id = book.id) as added from book`,
};

/** The result of `insertAddress`. */
interface Insertion {
  session_valid: boolean;
  code_required: boolean;
  added: boolean;
}

/** Manages the addresses of customers. */
@Injectable()
export class AddressesService {
  constructor(
    private readonly em: EntityManager,
    private readonly batcher: QueryBatcher,
    private readonly tenants: TenantsService,
    private readonly history: History,
    private readonly responses: ResponseBudget,
    private readonly clock: Clock,
  ) {}

  /** The checks of `add` that do not require the database. @throws Failure `address_too_large` */
  assertFits(input: AddressChanges): void {
    const { mixins, mixinSchemas } = input;
    assertSize(
      sizeOf({ texts: withContactNames(input), objects: [unique(input.tags ?? []), mixins ?? {}, mixinSchemas ?? {}] }),
    );
  }

  /**
   * Adds an address. A customer's first address becomes the default. An address also becomes the default shipping or
   * billing address if there is none.
   *
   * @param sessionId the session to validate in the same statement, with the requirement of a second factor
   * @param secondFactorPassed whether that requirement is fulfilled
   * @param id chosen by an employee or service; generated if omitted
   * @returns the id of the address
   * @throws Failure `invalid_input`, `token_invalid`, `second_factor_required`, `address_id_taken`,
   * `address_book_full`, `address_too_large`, `customer_not_found`
   */
  async add(
    customerId: string,
    input: AddressChanges,
    {
      sessionId,
      secondFactorPassed = false,
      id = randomUUID(),
    }: { sessionId?: string; secondFactorPassed?: boolean; id?: string } = {},
  ): Promise<string> {
    this.assertFits(input);
    const given = toStored(input);
    const values = {
      tenant: this.tenants.current,
      id,
      customer: customerId,
      session: sessionId,
      now: this.clock.now(),
      passed: secondFactorPassed,
      tags: unique(input.tags ?? []),
      mixins: input.mixins ?? {},
      mixin_schemas: input.mixinSchemas ?? {},
      ...Object.fromEntries(textNames.map((name) => [textColumns[name], given[name]])),
      ...Object.fromEntries(flagNames.map((name) => [flagColumns[name], input[name] ?? false])),
    };
    const requested = flagNames.filter((name) => input[name]);
    for (;;) {
      try {
        await this.history.runAudited(customerId, 'address_added', { address: id }, async () => {
          if (requested.length === 0) return this.insert(customerId, values);
          await transaction(this.em, async () => {
            await this.clearDefaults(customerId, requested);
            await this.insert(customerId, values);
          });
        });
        return id;
      } catch (error) {
        if (violates(error, 'addresses_pkey')) throw new Failure('address_id_taken', { facts: { address: id } });
        if (violates(error, 'addresses_tenant_customer_id_fkey')) {
          throw new Failure('customer_not_found', { cause: error, facts: { customer: customerId } });
        }
        if (!isDefaultTaken(error)) throw error;
        // A concurrent request added the first address, or took the default. A second attempt finds it.
      }
    }
  }

  /**
   * Stores the address books of customers who have none yet, as `add` would store the addresses one by one. Joins the
   * caller's transaction.
   *
   * @param books by customer; at most one address of a book has each default flag
   */
  async insertBooks(books: Map<string, NewAddress[]>): Promise<void> {
    const rows = [...books].flatMap(([customerId, book]) => {
      const defaultIndex = (name: Flag): number =>
        Math.max(
          0,
          book.findIndex((address) => address[name]),
        );
      return book.map(({ id = randomUUID(), tags, mixins, mixinSchemas, ...given }, i) => ({
        ...toStored(given),
        ...Object.fromEntries(flagNames.map((name) => [name, i === defaultIndex(name)])),
        tenant: this.tenants.current,
        id,
        customerId,
        tags: unique(tags ?? []),
        mixins: mixins ?? {},
        mixinSchemas: mixinSchemas ?? {},
        // Lists are in creation order.
        createdAt: new Date(this.clock.now().getTime() + i),
      }));
    });
    if (rows.length > 0) await this.em.insertMany(Address, rows);
  }

  /** Returns those of the ids that addresses already have. */
  async takenIds(ids: string[]): Promise<Set<string>> {
    const found = ids.length > 0 ? await this.em.find(Address, { id: ids }, { fields: ['id'] }) : [];
    return new Set(found.map(({ id }) => id));
  }

  /**
   * Updates the address with the id of the input, or adds it. An address without an id is added unless the customer has
   * one with the same values, whichever address is the default.
   *
   * @returns whether anything changed
   * @throws Failure as `add` and `change`
   */
  async merge(customerId: string, { id, ...input }: NewAddress): Promise<boolean> {
    const present = await this.em.find(Address, id === undefined ? { customerId } : { customerId, id }, {
      refresh: true,
    });
    const given = { ...input, country: toStoredCountry(input.country) };
    const { isDefault, isDefaultShipping, isDefaultBilling, ...values } = given;
    if (present.some((address) => hasValues(address, id === undefined ? values : given))) return false;
    if (id !== undefined && present.length > 0) await this.change(customerId, id, input);
    else await this.add(customerId, input, { id });
    return true;
  }

  /**
   * Updates the given fields. Omitted fields are unchanged, but the address becomes the default shipping or billing
   * address if there is none.
   *
   * @throws Failure `invalid_input`, `address_not_found`, `stale_version`, `address_too_large`
   */
  async change(
    customerId: string,
    id: string,
    changes: AddressChanges,
    { version, codesOnly }: AddressConditions = {},
  ): Promise<void> {
    await this.edit(customerId, id, async (address) => {
      assertVersion(version, address.version);
      if (codesOnly) assertCountryCode(changes.country, address.country);
      const { tags, mixins, mixinSchemas } = changes;
      const given = toStored(changes, address);
      for (const name of textNames) {
        if (given[name] !== undefined) address[name] = given[name];
      }
      if (tags !== undefined) address.tags = unique(tags ?? []);
      if (mixins !== undefined) {
        address.mixins = mergeMixins('mixins', address.mixins, mixins, MAX_SMALL_OBJECT_BYTES);
      }
      if (mixinSchemas !== undefined) {
        address.mixinSchemas = mergeMixins(
          'metadata.mixins',
          address.mixinSchemas,
          mixinSchemas,
          MAX_SMALL_OBJECT_BYTES,
        );
      }
      const requested = flagNames.filter((name) => changes[name] && !address[name]);
      if (requested.length > 0) await this.clearDefaults(customerId, requested);
      for (const name of flagNames) address[name] = changes[name] ?? address[name];
      const omitted = autoFlags.filter((name) => changes[name] === undefined && !address[name]);
      for (const name of await this.missingDefaults(customerId, omitted)) address[name] = true;
      return Object.keys(changes).filter((name) => changes[name as keyof AddressChanges] !== undefined);
    });
  }

  /** Lists the addresses of a customer, oldest first. @throws Failure `overloaded` */
  async list(customerId: string): Promise<AddressRow[]> {
    return this.responses.rows(this.rowsOf(customerId).orderBy('a.created_at').orderBy('a.id'));
  }

  /** Returns an address of a customer. @throws Failure `address_not_found` */
  async get(customerId: string, id: string): Promise<AddressRow> {
    const found = await this.rowsOf(customerId).where('a.id', '=', id).executeTakeFirst();
    if (!found) throw addressNotFound(customerId, id);
    return found.row;
  }

  /**
   * Updates the address with this id, or adds it.
   *
   * @returns whether the address was added
   * @throws Failure as `add` and `change`; `invalid_input` when a new address has an invalid id or no contact name
   */
  async put(
    customerId: string,
    id: string,
    input: AddressChanges,
    conditions: AddressConditions = {},
  ): Promise<boolean> {
    if (await this.changeIfExists(customerId, id, input, conditions)) return false;
    assertCustomId('addressId', id);
    if (!input.contactName?.trim()) throw invalid('contactName', 'contactName is required for a new address');
    if (conditions.codesOnly) assertCountryCode(input.country);
    try {
      await this.add(customerId, input, { id });
      return true;
    } catch (error) {
      // A concurrent request added it, unless the id belongs to an address of another customer.
      const taken = error instanceof Failure && error.code === 'address_id_taken';
      if (taken && (await this.changeIfExists(customerId, id, input, conditions))) return false;
      throw error;
    }
  }

  /**
   * Adds tags. Existing tags are unchanged.
   *
   * @throws Failure `address_not_found`, `address_too_large`, `invalid_input`
   */
  async addTags(customerId: string, id: string, tags: string[]): Promise<void> {
    await this.edit(customerId, id, (address) => {
      address.tags = unique([...address.tags, ...tags]);
      if (address.tags.length > MAX_TAGS) throw invalid('tags', `an address has at most ${MAX_TAGS} tags`);
      return ['tags'];
    });
  }

  /** Removes tags. Tags that the address does not have are ignored. @throws Failure `address_not_found` */
  async removeTags(customerId: string, id: string, tags: string[]): Promise<void> {
    await this.edit(customerId, id, (address) => {
      address.tags = address.tags.filter((tag) => !tags.includes(tag));
      return ['tags'];
    });
  }

  /** @throws Failure `address_not_found` */
  async remove(customerId: string, id: string): Promise<void> {
    await this.history.runAudited(customerId, 'address_removed', { address: id }, async () => {
      const removed = await this.em.nativeDelete(Address, { id, customerId });
      if (removed === 0) throw addressNotFound(customerId, id);
    });
  }

  private rowsOf(customerId: string) {
    return this.em
      .getKysely<AddressTables>()
      .selectFrom('addresses as a')
      .select(sql<AddressRow>`row_to_json(a)`.as('row'))
      .where('a.tenant', '=', this.tenants.current)
      .where('a.customer_id', '=', customerId);
  }

  /** @returns false when the customer has no such address */
  private async changeIfExists(...change: Parameters<AddressesService['change']>): Promise<boolean> {
    try {
      await this.change(...change);
      return true;
    } catch (error) {
      if (error instanceof Failure && error.code === 'address_not_found') return false;
      throw error;
    }
  }

  private async insert(customerId: string, values: Record<string, unknown>): Promise<void> {
    const done = await this.batcher.load<Insertion>(insertAddress, values, customerId);
    if (!done?.session_valid) throw new Failure('token_invalid');
    if (done.code_required) throw new Failure('second_factor_required');
    if (!done.added) throw new Failure('address_book_full', { facts: { most: String(MAX_ADDRESSES) } });
  }

  private async edit(
    customerId: string,
    id: string,
    change: (address: Address) => string[] | Promise<string[]>,
  ): Promise<void> {
    const edit = async (em: EntityManager): Promise<void> => {
      const address = await em.findOne(Address, { id, customerId }, forUpdate);
      if (!address) throw addressNotFound(customerId, id);
      const before = sizeOfStored(address);
      const fields = await change(address);
      assertSize(sizeOfStored(address), before);
      await em.flush();
      await this.history.add(customerId, 'address_changed', { address: id, fields });
    };
    try {
      await transaction(this.em, edit);
    } catch (error) {
      if (!isDefaultTaken(error) || TransactionContext.getEntityManager()) throw error;
      // A concurrent request has added the default address. A second attempt finds it.
      await transaction(this.em, edit);
    }
  }

  /** Returns the given flags that no address has. If there are any, locks the customer's row first. */
  private async missingDefaults<Name extends Flag>(customerId: string, names: Name[]): Promise<Name[]> {
    const missing = async () => {
      const query = this.em
        .getKysely<AddressTables>()
        .selectFrom('addresses')
        .select(names.map((name) => sql<boolean>`coalesce(bool_or(${sql.ref(flagColumns[name])}), false)`.as(name)))
        .where('tenant', '=', this.tenants.current)
        .where('customer_id', '=', customerId);
      const present = await query.executeTakeFirstOrThrow();
      return names.filter((name) => !present[name]);
    };
    if (names.length === 0 || (await missing()).length === 0) return [];
    await lockCustomer(this.em, this.tenants.current, customerId).execute();
    return missing();
  }

  /** Clears default flags of the other addresses. Locks the customer's row to serialise writers of one address book. */
  private async clearDefaults(customerId: string, names: Flag[]): Promise<void> {
    await lockCustomer(this.em, this.tenants.current, customerId).execute();
    for (const name of names) await this.em.nativeUpdate(Address, { customerId, [name]: true }, { [name]: false });
  }
}

/** Whether a statement failed because another address has a default flag. */
function isDefaultTaken(error: unknown): boolean {
  return Object.values(flagColumns).some((name) => violates(error, name.replace('is_', 'addresses_one_')));
}

/** The parts of an address that count towards its size. The texts have the names of `textColumns`. */
interface SizedAddress {
  texts: Partial<Record<keyof typeof textColumns, string | null>>;
  objects: unknown[];
}

/** The size of an address: bytes of UTF-8 of its texts, and of the JSON of its tags and mixins. */
function sizeOf({ texts, objects }: SizedAddress): number {
  let bytes = 0;
  for (const name of textNames) bytes += Buffer.byteLength(texts[name] ?? '');
  for (const value of objects) bytes += Buffer.byteLength(JSON.stringify(value));
  return bytes;
}

function sizeOfStored(address: Address): number {
  return sizeOf({ texts: address, objects: [address.tags, address.mixins, address.mixinSchemas] });
}

/**
 * @param before bytes of the stored address; an address that exceeds the limit may be updated, but must not grow
 * @throws Failure `address_too_large`
 */
function assertSize(bytes: number, before = 0): void {
  if (bytes <= Math.max(MAX_ADDRESS_BYTES, before)) return;
  throw new Failure('address_too_large', { facts: { limit: kibibytes(MAX_ADDRESS_BYTES) } });
}

/**
 * Rejects a new country that is not a code. The current value is never rejected: the customer, another API or an earlier
 * version may have stored it under another rule.
 *
 * @throws Failure `invalid_input`
 */
function assertCountryCode(country: string | null | undefined, present?: string | null): void {
  if (!country || country === present || isCountryCode(country)) return;
  throw invalid('country', `country ${COUNTRY_CODE}`);
}

const TWO_LETTERS = /^[A-Z]{2}$/i;

/** Converts changes to the stored form: a country code in capitals, and all forms of the contact's name. */
function toStored({ country, ...changes }: AddressChanges, present?: Address): AddressChanges {
  return { ...withContactNames(changes, present), country: toStoredCountry(country) };
}

function toStoredCountry(country: string | null | undefined): string | null | undefined {
  return country && TWO_LETTERS.test(country) ? country.toUpperCase() : country;
}

/** The changes with all forms of the contact's name, if the changes contain one of them. */
function withContactNames(changes: AddressChanges, present?: Address): AddressChanges {
  const { firstName = present?.firstName, lastName = present?.lastName, contactName } = changes;
  if (changes.firstName !== undefined || changes.lastName !== undefined) {
    const fullName = [firstName, lastName].filter(Boolean).join(' ');
    return { ...changes, firstName, lastName, contactName: contactName ?? (fullName || null) };
  }
  if (contactName === undefined || contactName === present?.contactName) return changes;
  const [, first = '', last = ''] = /^(.*?)\s*(\S*)\s*$/s.exec(contactName ?? '') ?? [];
  return { ...changes, firstName: first.trim() || null, lastName: last || null };
}

/** Whether an address already has all values of a change. */
function hasValues(address: Address, changes: AddressChanges): boolean {
  return Object.entries(changes).every(([name, value]: [string, unknown]) => {
    const stored: unknown = address[name as keyof Address];
    return value === undefined || JSON.stringify(stored ?? null) === JSON.stringify(value);
  });
}

/** The same error for an address that does not exist and for one of another customer. */
export function addressNotFound(customerId: string, id: string): Failure {
  return new Failure('address_not_found', { facts: { address: id, customer: customerId } });
}

function unique(tags: string[]): string[] {
  return [...new Set(tags)];
}
