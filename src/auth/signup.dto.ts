import { OmitType } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsCountryCode, UpdateAddressDto, changesOf as addressOf } from '../addresses/address.dto.js';
import { normalEmail } from '../common/email.js';
import { Failure, invalid } from '../common/failure.js';
import { IsEmailAddress, Nested, Text } from '../common/validation.js';
import { ProfileChangesDto, changesOf as profileOf } from '../customers/profile.dto.js';
import type { SignUp } from './signup.service.js';
import { IsNewPassword } from '../tenants/new-password.js';

/** An address at sign-up. A contact name is required. */
export class SignupAddressDto extends OmitType(UpdateAddressDto, ['contactName', 'country']) {
  /** Ignored: only employees may choose ids. */
  @Text()
  id?: string | null;
  /**
   * The name of the recipient.
   * @example 'Ada Lovelace'
   */
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  contactName!: string;
  /**
   * The ISO 3166-1 alpha-2 code, which is stored in capitals; may be empty.
   * @example DE
   */
  @Text(2)
  @IsCountryCode()
  country?: string | null;
}

/** The login credentials of the customer. */
export class CredentialsDto {
  /**
   * The e-mail address to log in with. It is unique among the tenant's customers.
   * @example john.doe@example.com
   */
  @IsEmailAddress()
  email!: string;
  /**
   * The password: 6 to 128 characters, or as the tenant's password policy requires if the tenant is `strict`.
   * @example password123
   */
  @IsNewPassword()
  password!: string;
}

export class SignupDto extends CredentialsDto {
  /** The profile of the customer. Its `contactEmail` must equal `email` if it is set. */
  @IsOptional()
  @Nested(() => ProfileChangesDto)
  customerDetails?: ProfileChangesDto;
  /** The first address of the customer. It becomes the default address. */
  @IsOptional()
  @Nested(() => SignupAddressDto)
  customerAddress?: SignupAddressDto;
  /**
   * Separate credentials to log in with. The `email` of the sign-up is then only the contact e-mail, and its `password`
   * is ignored.
   */
  @IsOptional()
  @Nested(() => CredentialsDto)
  signup?: CredentialsDto;
}

export class OptInRefreshDto {
  /**
   * The e-mail address that the customer signed up with.
   * @example john.doe@example.com
   */
  @IsEmailAddress()
  email!: string;
}

/**
 * Maps a request body to a sign-up.
 *
 * @throws Failure `invalid_input` if a rule of the vendor that concerns several fields is violated
 */
export function signUpOf({ email, password, customerDetails, customerAddress, signup }: SignupDto): SignUp {
  const details = customerDetails ?? {};
  const { contactEmail, b2b } = details;
  if (contactEmail && normalEmail(contactEmail) !== normalEmail(email)) {
    throw invalid('customerDetails.contactEmail', 'customerDetails.contactEmail must equal email');
  }
  if (b2b?.companyRegistrationId) {
    const missing = (['firstName', 'lastName', 'company'] as const).filter((field) => !details[field]?.trim());
    const findings = missing.map((name) => {
      const field = `customerDetails.${name}`;
      return { field, message: `${field} is required with a companyRegistrationId` };
    });
    if (findings.length > 0) throw new Failure('invalid_input', { findings });
  }
  const address = customerAddress ? addressOf(customerAddress) : undefined;
  return { email, password, login: signup ?? undefined, profile: profileOf(details), address };
}
