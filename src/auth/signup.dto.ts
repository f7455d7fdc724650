import { OmitType } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { UpdateAddressDto, changesOf as addressOf } from '../addresses/address.dto.js';
import { normalEmail } from '../common/email.js';
import { Failure, invalid } from '../common/failure.js';
import { IsEmailAddress, Nested, Text } from '../common/validation.js';
import { ProfileChangesDto, changesOf as profileOf } from '../customers/profile.dto.js';
import type { SignUp } from './signup.service.js';
import { IsNewPassword } from '../tenants/new-password.js';

/** An address at sign-up: somebody must be named. */
export class SignupAddressDto extends OmitType(UpdateAddressDto, ['contactName']) {
  /** Not heeded: only employees may choose ids. */
  @Text()
  id?: string | null;
  /** @example John Doe */
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  contactName!: string;
}

/** What the customer logs in with. */
export class CredentialsDto {
  /** @example john.doe@example.com */
  @IsEmailAddress()
  email!: string;
  /** @example password123 */
  @IsNewPassword()
  password!: string;
}

export class SignupDto extends CredentialsDto {
  @IsOptional()
  @Nested(() => ProfileChangesDto)
  customerDetails?: ProfileChangesDto;
  @IsOptional()
  @Nested(() => SignupAddressDto)
  customerAddress?: SignupAddressDto;
  /** Login credentials that differ from the contact e-mail. */
  @IsOptional()
  @Nested(() => CredentialsDto)
  signup?: CredentialsDto;
}

export class OptInRefreshDto {
  /** @example john.doe@example.com */
  @IsEmailAddress()
  email!: string;
}

/**
 * What a body asks to sign up with.
 *
 * @throws Failure `invalid_input` where the vendor asks for more than the form of each field
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
      return { field, message: `${field} is needed with a companyRegistrationId` };
    });
    if (findings.length > 0) throw new Failure('invalid_input', { findings });
  }
  const address = customerAddress ? addressOf(customerAddress) : undefined;
  return { email, password, login: signup ?? undefined, profile: profileOf(details), address };
}
