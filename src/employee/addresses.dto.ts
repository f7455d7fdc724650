import { OmitType } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { NewAddressDto } from '../addresses/address.dto.js';
import { IsCustomId } from '../common/custom-id.js';
import { MayBeAbsent } from '../common/validation.js';

/** An address that staff adds: somebody must be named. */
export class StaffAddressDto extends OmitType(NewAddressDto, ['contactName']) {
  /**
   * Without it, one is made up. Upper and lower case differ.
   * @example A0033
   */
  @MayBeAbsent()
  @IsCustomId()
  id?: string;
  /** @example John Doe */
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  contactName!: string;
}
