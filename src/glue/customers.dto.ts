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
} from './rules.js';
import { salutationOf, titleOf } from './words.js';

export class NewCustomerAttributes {
  /** @example Ada */
  @RequiredText()
  firstName!: string;
  /** @example Lovelace */
  @RequiredText()
  lastName!: string;
  /** @example ada@example.com */
  @RequiredEmail()
  email!: string;
  @RequiredChoice(genders)
  gender!: 'Male' | 'Female' | 'Other';
  @RequiredChoice(salutations)
  salutation!: 'Mr' | 'Ms' | 'Mrs' | 'Dr';
  /** @example a long password */
  @NewPassword()
  password!: string;
  /** @example a long password */
  @RequiredText(1024)
  confirmPassword!: string;
  @Accepted()
  acceptedTerms!: boolean;
  /** @example 1815-12-10 */
  @OptionalDate()
  dateOfBirth?: string | null;
}

/** What is not sent stays. Neither the password nor the e-mail changes this way. */
export class CustomerChangesAttributes extends PartialType(
  OmitType(NewCustomerAttributes, ['email', 'password', 'confirmPassword', 'acceptedTerms']),
  { skipNullProperties: false },
) {}

export class CustomerAttributes {
  firstName!: string | null;
  lastName!: string | null;
  email!: string | null;
  gender!: Gender | null;
  dateOfBirth!: string | null;
  salutation!: string | null;
  createdAt!: string;
  updatedAt!: string;
}

/** What the attributes ask the profile to keep. */
export function profileOf(attributes: CustomerChangesAttributes): ProfileChanges {
  const { firstName, lastName, gender, dateOfBirth, salutation } = attributes;
  return { firstName, lastName, gender, dateOfBirth, title: titleOf(salutation) };
}

/** Of a profile, what this dialect shows. */
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

/** Who just signed up. The profile is not read: a strict tenant answers also who has none. */
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
