import { ImportFileError } from '../import-file-error.js';

/** A row of a file of another system: the cells of a CSV by title, or a JSON object. */
export type Fields = Record<string, unknown>;

/** The form in which another system exports its customers. */
export interface Source {
  /** The name of the list of customers in a JSON document of the system. */
  list?: string;
  /** @throws ImportFileError when a CSV with these titles does not come from the system */
  assertTitles: (titles: string[]) => void;
  /**
   * Converts a row to an item of an import. Columns that an import does not have are ignored.
   *
   * @returns undefined for a row that is not a customer with a login
   */
  toItem: (fields: Fields) => object | undefined;
}

/** Whether a value is a JSON object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON objects of a list; none if the value is not a list. */
export function objectsOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** Requires the titles that every export of the system has. */
export function requireTitles(system: string, ...required: string[]): Source['assertTitles'] {
  return (titles) => {
    const absent = required.find((title) => !titles.includes(title));
    if (absent) throw new ImportFileError(`The file has no column '${absent}', which an export of ${system} has.`);
  };
}

/** The first of the named fields that has a value, as text without surrounding blanks. */
export function textOf(fields: Fields, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = fields[name];
    const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
    if (text !== '' && text !== '\\N') return text;
  }
  return undefined;
}

/** Whether a field is set: `1`, `true` or `yes`. Undefined if it has no value. */
export function flagOf(fields: Fields, name: string): boolean | undefined {
  const value = fields[name];
  if (typeof value === 'boolean') return value;
  const text = textOf(fields, name)?.toLowerCase();
  return text === undefined ? undefined : ['1', 'true', 'yes'].includes(text);
}

/** Removes the fields without a value. */
export function compact<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** The texts of an address. */
export interface SourceAddress {
  id?: string;
  salutation?: string;
  firstName?: string;
  lastName?: string;
  companyName?: string;
  street?: string;
  extraLine1?: string;
  zipCode?: string;
  city?: string;
  state?: string;
  country?: string;
  contactPhone?: string;
}

/** An address without a place counts as absent, because some systems export an empty address for each customer. */
export function hasPlace({ street, city, zipCode }: SourceAddress): boolean {
  return [street, city, zipCode].some((text) => text !== undefined);
}

/**
 * The addresses of a customer with one billing and one shipping address. If both are the same, there is one address.
 */
export function defaultAddresses(billing: SourceAddress, shipping: SourceAddress): object[] {
  const [one, other] = [compact(billing), compact(shipping)];
  if (hasPlace(billing) && JSON.stringify(one) === JSON.stringify(other)) {
    return [{ ...withName(one), isDefaultBilling: true, isDefaultShipping: true }];
  }
  return [
    ...(hasPlace(shipping) ? [{ ...withName(other), isDefaultShipping: true }] : []),
    ...(hasPlace(billing) ? [{ ...withName(one), isDefaultBilling: true }] : []),
  ];
}

/** Adds the required contact name: the name of the person, or of the company if there is no person. */
export function withName(address: SourceAddress): SourceAddress & { contactName?: string } {
  const { firstName, lastName, companyName } = address;
  const name = [firstName, lastName].filter(Boolean).join(' ') || companyName;
  return { ...compact(address), ...(name !== undefined && { contactName: name }) };
}
