import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, Matches } from 'class-validator';
import { IsPastDate, MayBeAbsent } from '../common/validation.js';
import type { Gender } from '../customers/customer.entity.js';
import type { ProfileChanges } from '../customers/customers.service.js';

/** The fields of a customer that only the Glue API has, in addition to the profile of the Emporix API. */
export class PersonalDto {
  /**
   * The customer reference: a store and a number. If omitted, the next number of the store is used.
   * @example DE--21
   */
  @MayBeAbsent()
  @Matches(/^[A-Z0-9_]{1,20}--\d{1,15}$/, {
    message: '$property must be a store in capital letters, two dashes and a number, such as DE--21',
  })
  reference?: string;
  /** The salutation, stored in capital letters as `title`. Requests to the Glue API cannot contain `n/a`. */
  @IsOptional()
  @IsIn(['Mr', 'Ms', 'Mrs', 'Dr', 'n/a'])
  salutation?: 'Mr' | 'Ms' | 'Mrs' | 'Dr' | 'n/a' | null;
  /** The gender. Requests to the Glue API cannot contain `Other`. */
  @IsOptional()
  @IsIn(['Male', 'Female', 'Other'])
  gender?: Gender | null;
  /**
   * The date of birth, before today.
   * @example 1815-12-10
   */
  @IsOptional()
  @IsPastDate()
  @ApiPropertyOptional({ type: String, format: 'date', nullable: true })
  dateOfBirth?: string | null;
  /**
   * Whether the e-mail is confirmed. If not, the customer must confirm it with the key in the opt-in mail before the
   * first login.
   */
  @MayBeAbsent()
  @IsBoolean()
  confirmed?: boolean;
}

/** Converts the profile fields. A salutation becomes the title, in capital letters. */
export function personalOf({ salutation, gender, dateOfBirth }: PersonalDto): ProfileChanges {
  return { ...(salutation && { title: salutation.toUpperCase() }), gender, dateOfBirth };
}
