import { PartialType } from '@nestjs/swagger';
import type { AddressRow } from '../addresses/address-book.js';
import type { AddressChanges } from '../addresses/addresses.service.js';
import { countryName } from './countries.js';
import type { Resource } from './resource.js';
import { OptionalText, RequiredChoice, RequiredCountry, RequiredFlag, RequiredText, salutations } from './rules.js';
import { salutationOf } from './words.js';

export class NewAddressAttributes {
  @RequiredChoice(salutations)
  salutation!: string;
  /** @example Ada */
  @RequiredText()
  firstName!: string;
  /** @example Lovelace */
  @RequiredText()
  lastName!: string;
  /** @example Platz der Republik */
  @RequiredText()
  address1!: string;
  /** @example 1 */
  @RequiredText()
  address2!: string;
  @OptionalText()
  address3?: string | null;
  /** @example 11011 */
  @RequiredText()
  zipCode!: string;
  /** @example Berlin */
  @RequiredText()
  city!: string;
  /** Not heeded: the name follows from `iso2Code`. */
  @OptionalText()
  country?: string | null;
  /** @example DE */
  @RequiredCountry()
  iso2Code!: string;
  @OptionalText()
  company?: string | null;
  @OptionalText()
  phone?: string | null;
  @RequiredFlag()
  isDefaultShipping!: boolean;
  @RequiredFlag()
  isDefaultBilling!: boolean;
}

/** What is not sent stays. */
export class AddressChangesAttributes extends PartialType(NewAddressAttributes, { skipNullProperties: false }) {}

export class AddressAttributes {
  salutation!: string | null;
  firstName!: string | null;
  lastName!: string | null;
  address1!: string | null;
  address2!: string | null;
  address3!: string | null;
  zipCode!: string | null;
  city!: string | null;
  country!: string | null;
  iso2Code!: string | null;
  company!: string | null;
  phone!: string | null;
  isDefaultShipping!: boolean;
  isDefaultBilling!: boolean;
}

/** What the attributes ask the address book to keep. */
export function addressOf(attributes: AddressChangesAttributes): AddressChanges {
  const { address1, address2, address3, iso2Code, company, phone } = attributes;
  const { salutation, firstName, lastName, zipCode, city, isDefaultShipping, isDefaultBilling } = attributes;
  return {
    ...{ salutation, firstName, lastName, zipCode, city, isDefaultShipping, isDefaultBilling },
    street: address1,
    streetNumber: address2,
    streetAppendix: address3,
    country: iso2Code,
    companyName: company,
    contactPhone: phone,
  };
}

export function addressResource(reference: string, row: AddressRow): Resource {
  const attributes: AddressAttributes = {
    salutation: salutationOf(row.salutation),
    firstName: row.first_name,
    lastName: row.last_name,
    address1: row.street,
    address2: row.street_number,
    address3: row.street_appendix,
    zipCode: row.zip_code,
    city: row.city,
    country: countryName(row.country),
    iso2Code: row.country,
    company: row.company_name,
    phone: row.contact_phone,
    isDefaultShipping: row.is_default_shipping,
    isDefaultBilling: row.is_default_billing,
  };
  return { type: 'addresses', id: row.id, path: `customers/${reference}/addresses/${row.id}`, attributes };
}
