import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, Matches } from 'class-validator';
import { IsDate, MayBeAbsent } from '../common/validation.js';
import type { Gender } from '../customers/customer.entity.js';
import type { ProfileChanges } from '../customers/customers.service.js';

/** What the second dialect knows of a customer beside the profile of the first one. */
export class PersonalDto {
  /**
   * The store and a number; without it, the next number of the store.
   * @example DE--21
   */
  @MayBeAbsent()
  @Matches(/^[A-Z0-9_]{1,20}--\d{1,15}$/, {
    message: '$property must be a store in capital letters, two dashes and a number, such as DE--21',
  })
  reference?: string;
  /** Becomes the title. */
  @IsOptional()
  @IsIn(['Mr', 'Ms', 'Mrs', 'Dr'])
  salutation?: 'Mr' | 'Ms' | 'Mrs' | 'Dr' | null;
  @IsOptional()
  @IsIn(['Male', 'Female', 'Other'])
  gender?: Gender | null;
  /** @example 1815-12-10 */
  @IsOptional()
  @IsDate()
  @ApiPropertyOptional({ type: String, format: 'date', nullable: true })
  dateOfBirth?: string | null;
  /** Whether the e-mail is confirmed; if not, the login waits for the key in the opt-in mail. */
  @MayBeAbsent()
  @IsBoolean()
  confirmed?: boolean;
}

/** The part of the profile; a salutation becomes the title, in capital letters. */
export function personalOf({ salutation, gender, dateOfBirth }: PersonalDto): ProfileChanges {
  return { ...(salutation && { title: salutation.toUpperCase() }), gender, dateOfBirth };
}
