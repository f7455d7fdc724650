import { OmitType, PartialType } from '@nestjs/swagger';
import type { Gender } from '../customers/customer.entity.js';
import type { ProfileChanges } from '../customers/customers.service.js';
import type { SignedUp } from '../auth/signup.service.js';
import type { Profile, ProfileParts } from '../customers/profile.js';
import { addressResource } from './addresses.dto.js';
import type { Resource } from './resource.js';
import {
  Accepted,
  NewPassword,
  OptionalDate,
  RequiredChoice,
  RequiredEmail,
  RequiredText,
  genders,
  salutations,
} from './validators.js';
import { salutationOf, titleOf } from './salutations.js';

export class NewCustomerAttributes {
  /**
   * The first name.
   * @example Ada
   */
  @RequiredText()
  firstName!: string;
  /**
   * The last name.
   * @example Lovelace
   */
  @RequiredText()
  lastName!: string;
  /**
   * The e-mail address to log in with. It is unique among the tenant's customers.
   * @example ada@example.com
   */
  @RequiredEmail()
  email!: string;
  /** The gender. */
  @RequiredChoice(genders)
  gender!: 'Male' | 'Female' | 'Other';
  /** The salutation. */
  @RequiredChoice(salutations)
  salutation!: 'Mr' | 'Ms' | 'Mrs' | 'Dr';
  /**
   * The password. It must comply with the tenant's password policy.
   * @example a long password
   */
  @NewPassword()
  password!: string;
  /**
   * The same as `password`.
   * @example a long password
   */
  @RequiredText(1024)
  confirmPassword!: string;
  /** Must be true: the customer accepts the terms of the shop. */
  @Accepted()
  acceptedTerms!: boolean;
  /**
   * The date of birth.
   * @example 1815-12-10
   */
  @OptionalDate()
  dateOfBirth?: string | null;
}

/** Omitted attributes stay unchanged. The password and the e-mail cannot be changed with them. */
export class CustomerChangesAttributes extends PartialType(
  OmitType(NewCustomerAttributes, ['email', 'password', 'confirmPassword', 'acceptedTerms']),
  { skipNullProperties: false },
) {}

export class CustomerAttributes {
  /** The first name. */
  firstName!: string | null;
  /** The last name. */
  lastName!: string | null;
  /** The login e-mail; the contact e-mail if the customer has no login e-mail. */
  email!: string | null;
  /** The gender. */
  gender!: Gender | null;
  /** The date of birth. */
  dateOfBirth!: string | null;
  /** The salutation: `Mr`, `Ms`, `Mrs` or `Dr`. Null if none of these is stored. */
  salutation!: string | null;
  /** The time of the creation. */
  createdAt!: string;
  /** The time of the last change. */
  updatedAt!: string;
}

/** Converts the attributes to changes of the profile. */
export function profileOf(attributes: CustomerChangesAttributes): ProfileChanges {
  const { firstName, lastName, gender, dateOfBirth, salutation } = attributes;
  return { firstName, lastName, gender, dateOfBirth, title: titleOf(salutation) };
}

/** The part of a profile that the Glue API returns. */
type Shown = Pick<
  Profile,
  | 'accounts'
  | 'addresses'
  | 'reference'
  | 'first_name'
  | 'last_name'
  | 'contact_email'
  | 'gender'
  | 'date_of_birth'
  | 'title'
  | 'created_at'
  | 'modified_at'
>;

/** The customer who just signed up. The profile is not read: a strict tenant also responds if there is none. */
export function newCustomerResource(customer: SignedUp, { addresses }: ProfileParts): Resource {
  const { reference, firstName = null, lastName = null, gender = null, dateOfBirth = null, title = null } = customer;
  return customerResource({
    reference,
    accounts: [customer.loginEmail],
    addresses: addresses ? [] : null,
    first_name: firstName,
    last_name: lastName,
    contact_email: null,
    gender,
    date_of_birth: dateOfBirth,
    title,
    created_at: customer.createdAt.toISOString(),
    modified_at: customer.modifiedAt.toISOString(),
  });
}

export function customerResource(customer: Shown): Resource {
  const { accounts, addresses, reference } = customer;
  const attributes: CustomerAttributes = {
    firstName: customer.first_name,
    lastName: customer.last_name,
    email: accounts[0] ?? customer.contact_email,
    gender: customer.gender,
    dateOfBirth: customer.date_of_birth,
    salutation: salutationOf(customer.title),
    createdAt: new Date(customer.created_at).toISOString(),
    updatedAt: new Date(customer.modified_at).toISOString(),
  };
  return {
    type: 'customers',
    id: reference,
    path: `customers/${reference}`,
    attributes,
    ...(addresses && { related: { addresses: addresses.map((row) => addressResource(reference, row)) } }),
  };
}
