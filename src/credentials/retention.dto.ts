import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, ValidateBy, buildMessage } from 'class-validator';
import { MayBeAbsent } from '../common/validation.js';
import type { NewRetentionPeriod, RetentionPeriod } from './retention.service.js';

/** A day that exists, in the years 1 to 9999. */
function IsDate(): PropertyDecorator {
  return ValidateBy({
    name: 'isDate',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' &&
        /^\d{4}-\d\d-\d\d$/.test(value) &&
        value >= '0001' &&
        !Number.isNaN(Date.parse(value)) &&
        new Date(value).toISOString().startsWith(value),
      defaultMessage: buildMessage((each) => `${each}$property must be a date: YYYY-MM-DD`),
    },
  });
}

/** For how long passwords count that an older system hashed. Days are in UTC. */
export class NewRetentionDto implements NewRetentionPeriod {
  /**
   * On this day they stop counting: who has not logged in until then gets a link to set a password. In the future.
   * @example 2027-01-31
   */
  @IsDate()
  @ApiProperty({ format: 'date' })
  retentionEndDate!: string;
  /**
   * When customers who have not logged in yet are asked to: today or later, and before the end. A week before the end
   * without it, or tomorrow if that is past.
   * @example 2027-01-24
   */
  @MayBeAbsent()
  @IsDate()
  @ApiPropertyOptional({ format: 'date' })
  emailReminderDate?: string;
  /** Whether customers get these two mails. */
  @MayBeAbsent()
  @IsBoolean()
  emailNotificationsEnabled?: boolean = true;
}

export class RetentionDto implements RetentionPeriod {
  /** @example 2027-01-31 */
  @ApiProperty({ format: 'date' })
  retentionEndDate!: string;
  /** @example 2027-01-24 */
  @ApiProperty({ format: 'date' })
  emailReminderDate!: string;
  emailNotificationsEnabled!: boolean;

  static of({ retentionEndDate, emailReminderDate, emailNotificationsEnabled }: RetentionPeriod): RetentionDto {
    return { retentionEndDate, emailReminderDate, emailNotificationsEnabled };
  }
}
