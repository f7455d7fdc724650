import { OmitType } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { NewAddressDto } from '../addresses/address.dto.js';
import { IsCustomId } from '../common/custom-id.js';
import { MayBeAbsent } from '../common/validation.js';

/** An address that staff creates. A contact name is required. */
export class StaffAddressDto extends OmitType(NewAddressDto, ['contactName']) {
  /**
   * The id of the address, case-sensitive; generated if omitted.
   * @example A0033
   */
  @MayBeAbsent()
  @IsCustomId()
  id?: string;
  /**
   * The name of the recipient.
   * @example John Doe
   */
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  contactName!: string;
}
