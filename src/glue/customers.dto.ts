import { IntersectionType, OmitType, PartialType } from '@nestjs/swagger';
import type { Gender } from '../customers/customer.entity.js';
import type { ProfileChanges } from '../customers/customers.service.js';
import type { SignedUp } from '../auth/signup.service.js';
import type { Profile, ProfileParts } from '../customers/profile.js';
import { addressResource } from './addresses.dto.js';
import type { Resource } from './resource.js';
import {
  Accepted,
  ConfirmedPassword,
  NewPassword,
  OptionalConfirmedPassword,
  OptionalNewPassword,
  OptionalPastDate,
  RequiredChoice,
  RequiredEmail,
  RequiredText,
  genders,
  salutations,
} from './validators.js';
import { salutationOf, titleOf } from './salutations.js';
import { glueTime } from './time.js';

/** In the order in which broken rules are reported. */
export class NewCustomerAttributes {
  /**
   * The e-mail address to log in with, at most 100 characters. It is unique among the tenant's customers.
   * @example ada@example.com
   */
  @RequiredEmail(Infinity)
  email!: string;
  /** The gender. */
  @RequiredChoice(genders)
  gender!: 'Male' | 'Female';
  /** The salutation. */
  @RequiredChoice(salutations)
  salutation!: 'Mr' | 'Ms' | 'Mrs' | 'Dr';
  /**
   * The first name.
   * @example Ada
   */
  @RequiredText(100)
  firstName!: string;
  /**
   * The last name.
   * @example Lovelace
   */
  @RequiredText(100)
  lastName!: string;
  /**
   * The password. It must comply with the tenant's password policy.
   * @example 'a long password'
   */
  @NewPassword()
  password!: string;
  /**
   * The same as `password`.
   * @example 'a long password'
   */
  @ConfirmedPassword()
  confirmPassword!: string;
  /** Must be true: the customer accepts the terms of the shop. */
  @Accepted()
  acceptedTerms!: boolean | null;
  /**
   * The date of birth, before today.
   * @example 1815-12-10
   */
  @OptionalPastDate()
  dateOfBirth?: string | null;
}

class IgnoredPassword {
  /** Validated, but not stored: `PATCH /customer-password` changes the password. */
  @OptionalNewPassword()
  password?: string | null;
  /** Must be the same as `password` if that is sent. */
  @OptionalConfirmedPassword()
  confirmPassword?: string | null;
}

/** Omitted attributes stay unchanged. The password cannot be changed with them. */
export class CustomerChangesAttributes extends IntersectionType(
  PartialType(OmitType(NewCustomerAttributes, ['password', 'confirmPassword', 'acceptedTerms']), {
    skipNullProperties: false,
  }),
  IgnoredPassword,
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
  /** The salutation: `Mr`, `Ms`, `Mrs`, `Dr` or `n/a`. Null if none of these is stored. */
  salutation!: string | null;
  /**
   * When the customer was created, in UTC.
   * @example '2026-11-29 07:02:32.683000'
   */
  createdAt!: string;
  /**
   * When the customer was last changed, in UTC.
   * @example '2026-11-29 07:02:32.683000'
   */
  updatedAt!: string;
}

/** Converts the attributes to changes of the profile. */
export function profileOf(attributes: CustomerChangesAttributes): ProfileChanges {
  const { firstName, lastName, gender, dateOfBirth, salutation } = attributes;
  return { firstName, lastName, gender, dateOfBirth, title: titleOf(salutation) };
}

/** The part of a profile that a customer may change. */
export type Person = Pick<Profile, 'first_name' | 'last_name' | 'title' | 'gender' | 'date_of_birth'>;

/** The attributes that a customer may change. */
export function personOf(person: Person): Omit<CustomerAttributes, 'email' | 'createdAt' | 'updatedAt'> {
  return {
    firstName: person.first_name,
    lastName: person.last_name,
    gender: person.gender,
    dateOfBirth: person.date_of_birth,
    salutation: salutationOf(person.title),
  };
}

/** The part of a profile that the Glue API returns. */
type Shown = Person &
  Pick<Profile, 'accounts' | 'addresses' | 'reference' | 'contact_email' | 'created_at' | 'modified_at'>;

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

/** Loads the addresses only if `include` names them. */
export function requestedParts(query: unknown): ProfileParts {
  const { include } = query as { include?: string };
  const addresses = typeof include === 'string' && include.split(',').some((name) => name.trim() === 'addresses');
  return { addresses, mixins: false };
}

export function customerResource(customer: Shown): Resource {
  const { accounts, addresses, reference } = customer;
  const attributes: CustomerAttributes = {
    ...personOf(customer),
    email: accounts[0] ?? customer.contact_email,
    createdAt: glueTime(customer.created_at),
    updatedAt: glueTime(customer.modified_at),
  };
  return {
    type: 'customers',
    id: reference,
    path: `customers/${reference}`,
    attributes,
    ...(addresses && { related: { addresses: addresses.map((row) => addressResource(reference, row)) } }),
  };
}
