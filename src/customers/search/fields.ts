import { searchableAddresses } from '../../addresses/address-book.js';
import type { Failure } from '../../common/failure.js';
import { memberships } from '../../companies/companies.fragments.js';
import { currentLocks, logins } from '../../credentials/credentials.fragments.js';

const MAX_PATH_DEPTH = 16;
const MAX_KEY_LENGTH = 100;

/** A searchable column. All texts are SQL that is written only in this file. */
export interface Column {
  type: 'text' | 'boolean' | 'number' | 'date';
  sql: string;
  /** Never null, so that a sort need not specify the position of nulls and can use an index. */
  required?: true;
  /** A name is stored in NFC, and sorted as people expect it: `ö` between `o` and `p`, in any letter case. */
  isName?: true;
  /** For an e-mail: the normalised, indexed expression that equality compares instead. */
  folded?: string;
  /**
   * For a table with many rows per customer: converts a condition on one of its rows to a condition on the customer.
   */
  some?: (condition: string) => string;
}

/** A path in a JSON column. The path comes from the request and is always passed as a parameter. */
export interface JsonPlace {
  type: 'json';
  sql: string;
  path: string[];
}

export type Field = Column | JsonPlace;

const text = (sql: string): Column => ({ type: 'text', sql });
const name = (sql: string): Column => ({ type: 'text', sql, isName: true });
const required = (type: Column['type'], sql: string): Column => ({ type, sql, required: true });

/**
 * The planner may start from either side: the account's e-mail is a key, and the customer's addresses have an index.
 */
const rowsOf = (rows: string) => (condition: string) =>
  `exists (select 1 from ${rows} r where r.tenant = c.tenant and r.customer_id = c.id and ${condition})`;

const login: Column = { type: 'text', sql: 'r.email', folded: 'r.email', some: rowsOf(logins) };
const address = (sql: string): Column => ({ type: 'text', sql, some: rowsOf(searchableAddresses) });

/** Only employees and services may search by these. */
const employeeColumns: Record<string, Column> = {
  standing: required('text', 'c.standing'),
  standingSince: required('date', 'c.standing_since'),
  emailConfirmed: required('boolean', '(c.confirmed_at is not null)'),
  lockedUntil: { type: 'date', sql: 'r.locked_until', some: rowsOf(currentLocks) },
};

/** `c` is the row of `customers`. It is a map, because `q` may name fields such as `constructor`. */
const columns = new Map<string, Column>(
  Object.entries({
    id: required('text', 'c.id'),
    customerNumber: required('text', 'c.id'),
    reference: required('text', 'c.reference'),
    title: text('c.title'),
    firstName: name('c.first_name'),
    middleName: name('c.middle_name'),
    lastName: name('c.last_name'),
    contactEmail: { ...text('c.contact_email'), folded: 'lower(c.contact_email)' },
    contactPhone: text('c.contact_phone'),
    company: name('c.company'),
    preferredLanguage: required('text', 'c.preferred_language'),
    preferredCurrency: required('text', 'c.preferred_currency'),
    preferredSite: required('text', 'c.preferred_site'),
    type: required('text', 'c.type'),
    photoUrl: text('c.photo_url'),
    restriction: text('c.restriction'),
    active: required('boolean', 'c.active'),
    onHold: required('boolean', 'c.on_hold'),
    ...employeeColumns,
    businessModel: required('text', `case when ${rowsOf(memberships)('true')} then 'B2B' else 'B2C' end`),
    lastLogin: { type: 'date', sql: 'c.last_login' },
    metadataCreatedAt: required('date', 'c.created_at'),
    'metadata.createdAt': required('date', 'c.created_at'),
    'metadata.modifiedAt': required('date', 'c.modified_at'),
    'metadata.version': required('number', 'c.version'),
    version: required('number', 'c.version'),
    'b2b.companyRegistrationId': text('c.company_registration_id'),
    'b2b.legalEntities.id': { ...text('r.legal_entity_id'), some: rowsOf(memberships) },
    email: login,
    'accounts.id': login,
    'addresses.contactName': address('r.contact_name'),
    'addresses.companyName': address('r.company_name'),
    'addresses.street': address('r.street'),
    'addresses.streetNumber': address('r.street_number'),
    'addresses.zipCode': address('r.zip_code'),
    'addresses.city': address('r.city'),
    'addresses.country': address('r.country'),
    'addresses.state': address('r.state'),
    'addresses.contactPhone': address('r.contact_phone'),
  } satisfies Record<string, Column>),
);

/** Returns the field with that name. If there is none, it throws the failure that `toFailure` creates from the reason. */
export type FindField = (name: string, toFailure: (reason: string) => Failure) => Field;

/** Finds a field of a customer by its name in the API. */
export const findField: FindField = (name, toFailure) => fieldAmong(columns, name, toFailure);

/** Finds a field of a customer that a company Admin may search by. */
export const findSharedField: FindField = (name, toFailure) => {
  if (Object.hasOwn(employeeColumns, name)) throw toFailure(`the field '${name}' is not known`);
  return findField(name, toFailure);
};

/**
 * Finds a field by its name: one of the columns, or a path in the mixins of the row `c`.
 *
 * @param toFailure creates the failure from the reason
 * @throws the failure that `toFailure` creates
 */
export function fieldAmong(columns: Map<string, Column>, name: string, toFailure: (reason: string) => Failure): Field {
  const column = columns.get(name);
  if (column) return column;
  const [, inMetadata, dotted] = /^(metadata\.)?mixins\.(.*)$/s.exec(name) ?? [];
  if (dotted === undefined) throw toFailure(`the field '${name}' is not known`);
  const path = dotted.split('.');
  if (path.length > MAX_PATH_DEPTH) throw toFailure(`the path '${name}' is deeper than ${MAX_PATH_DEPTH}`);
  if (path.includes('')) throw toFailure(`the path '${name}' has an empty key`);
  if (path.some((key) => key.length > MAX_KEY_LENGTH)) {
    throw toFailure(`the path '${name}' has a key of more than ${MAX_KEY_LENGTH} characters`);
  }
  return { type: 'json', sql: inMetadata ? 'c.mixin_schemas' : 'c.mixins', path };
}
