import { OmitType } from '@nestjs/swagger';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { IsCountryCode, NewAddressDto, UpdateAddressDto } from '../addresses/address.dto.js';
import { IsCustomId } from '../common/custom-id.js';
import { NullMeansAbsent, Text } from '../common/validation.js';

/** An address that an employee or a service creates. A contact name is required. */
export class NewCustomerAddressDto extends OmitType(NewAddressDto, ['contactName', 'country']) {
  /**
   * The id of the address, case-sensitive; generated if omitted.
   * @example A0033
   */
  @NullMeansAbsent()
  @IsCustomId()
  id?: string;
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

/** An address that an employee or a service updates, or creates with PUT. */
export class CustomerAddressChangesDto extends OmitType(UpdateAddressDto, ['country']) {
  /**
   * The ISO 3166-1 alpha-2 code, which is stored in capitals; may be empty. If the customer entered another text, that
   * text is accepted too.
   * @example DE
   */
  @Text()
  country?: string | null;
}
