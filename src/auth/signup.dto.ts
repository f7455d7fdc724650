import { Type } from 'class-transformer';
import { IsNotEmpty, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { UpdateAddressDto } from '../addresses/address.dto.js';
import { IsEmailAddress, IsNewPassword, Text } from '../common/validation.js';
import { ProfileChangesDto } from '../customers/profile.dto.js';

/** An address at sign-up: somebody must be named. */
export class SignupAddressDto extends UpdateAddressDto {
  /** Not heeded: only employees may choose ids. */
  @Text()
  id?: string | null;
  /** @example John Doe */
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  override contactName!: string;
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
  @ValidateNested()
  @Type(() => ProfileChangesDto)
  customerDetails?: ProfileChangesDto;
  @IsOptional()
  @ValidateNested()
  @Type(() => SignupAddressDto)
  customerAddress?: SignupAddressDto;
  /** Login credentials that differ from the contact e-mail. */
  @IsOptional()
  @ValidateNested()
  @Type(() => CredentialsDto)
  signup?: CredentialsDto;
}

export class OptInRefreshDto {
  /** @example john.doe@example.com */
  @IsEmailAddress()
  email!: string;
}
