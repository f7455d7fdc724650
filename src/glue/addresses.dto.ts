import { PartialType } from '@nestjs/swagger';
import type { AddressRow } from '../addresses/address-book.js';
import type { AddressChanges } from '../addresses/addresses.service.js';
import { countryName } from './countries.js';
import type { Resource } from './resource.js';
import {
  OptionalText,
  RequiredChoice,
  RequiredCountry,
  RequiredFlag,
  RequiredText,
  salutations,
} from './validators.js';
import { salutationOf } from './salutations.js';

export class NewAddressAttributes {
  /** The salutation: `Mr`, `Ms`, `Mrs` or `Dr`. */
  @RequiredChoice(salutations)
  salutation!: string;
  /**
   * The first name of the recipient.
   * @example Ada
   */
  @RequiredText(100)
  firstName!: string;
  /**
   * The last name of the recipient.
   * @example Lovelace
   */
  @RequiredText(100)
  lastName!: string;
  /**
   * The street.
   * @example 'Platz der Republik'
   */
  @RequiredText()
  address1!: string;
  /**
   * The house number.
   * @example "1"
   */
  @RequiredText()
  address2!: string;
  /** An addition to the street, such as the floor or the apartment. */
  @OptionalText()
  address3?: string | null;
  /**
   * The postal code.
   * @example "11011"
   */
  @RequiredText(15)
  zipCode!: string;
  /**
   * The city or town.
   * @example Berlin
   */
  @RequiredText(255, 3)
  city!: string;
  /** Ignored: the name is derived from `iso2Code`. */
  country?: string | null;
  /**
   * The ISO 3166-1 alpha-2 code of the country.
   * @example DE
   */
  @RequiredCountry()
  iso2Code!: string;
  /** The company of the recipient. */
  @OptionalText()
  company?: string | null;
  /** The phone number of the recipient. Its format is not checked. */
  @OptionalText()
  phone?: string | null;
  /**
   * Whether to make this the default shipping address. The previous one loses the flag. False does not remove the flag.
   */
  @RequiredFlag()
  isDefaultShipping!: boolean;
  /**
   * Whether to make this the default billing address. The previous one loses the flag. False does not remove the flag.
   */
  @RequiredFlag()
  isDefaultBilling!: boolean;
}

/** Omitted attributes stay unchanged. */
export class AddressChangesAttributes extends PartialType(NewAddressAttributes, { skipNullProperties: false }) {}

export class AddressAttributes {
  /** The salutation: `Mr`, `Ms`, `Mrs`, `Dr` or `n/a`. Null if none of these is stored. */
  salutation!: string | null;
  /** The first name of the recipient. */
  firstName!: string | null;
  /** The last name of the recipient. */
  lastName!: string | null;
  /** The street. */
  address1!: string | null;
  /** The house number. */
  address2!: string | null;
  /** An addition to the street, such as the floor or the apartment. */
  address3!: string | null;
  /** The postal code. */
  zipCode!: string | null;
  /** The city or town. */
  city!: string | null;
  /** The English name of the country; the stored text if it is not a country code. */
  country!: string | null;
  /** The ISO 3166-1 alpha-2 code of the country; null if the stored text is not a country code. */
  iso2Code!: string | null;
  /** The company of the recipient. */
  company!: string | null;
  /** The phone number of the recipient. */
  phone!: string | null;
  /** Whether this is the default shipping address. */
  isDefaultShipping!: boolean;
  /** Whether this is the default billing address. */
  isDefaultBilling!: boolean;
}

/** Converts the attributes to changes of the address book. A flag that is false has no effect, as in the vendor's API. */
export function addressOf(attributes: AddressChangesAttributes): AddressChanges {
  const { address1, address2, address3, iso2Code, company, phone } = attributes;
  const { salutation, firstName, lastName, zipCode, city, isDefaultShipping, isDefaultBilling } = attributes;
  return {
    salutation,
    firstName,
    lastName,
    zipCode,
    city,
    isDefaultShipping: isDefaultShipping || undefined,
    isDefaultBilling: isDefaultBilling || undefined,
    street: address1,
    streetNumber: address2,
    streetAppendix: address3,
    country: iso2Code,
    companyName: company,
    contactPhone: phone,
  };
}

export function addressResource(reference: string, row: AddressRow): Resource {
  const attributes = attributesOf(row);
  return { type: 'addresses', id: row.id, path: `customers/${reference}/addresses/${row.id}`, attributes };
}

export function attributesOf(row: AddressRow): AddressAttributes {
  return {
    salutation: salutationOf(row.salutation),
    firstName: row.first_name,
    lastName: row.last_name,
    address1: row.street,
    address2: row.street_number,
    address3: row.street_appendix,
    zipCode: row.zip_code,
    city: row.city,
    country: countryName(row.country) ?? row.country,
    iso2Code: countryName(row.country) === null ? null : row.country,
    company: row.company_name,
    phone: row.contact_phone,
    isDefaultShipping: row.is_default_shipping,
    isDefaultBilling: row.is_default_billing,
  };
}
