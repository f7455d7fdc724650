import { OmitType } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { UpdateAddressDto } from '../addresses/address.dto.js';
import { IsEmailAddress, IsNewPassword, Nested, Text } from '../common/validation.js';
import { ProfileChangesDto } from '../customers/profile.dto.js';

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
