import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IsDate, NullMeansAbsent } from '../common/validation.js';
import type { NewRetentionPeriod, RetentionPeriod } from './retention.js';

/** The retention period of passwords that an older system hashed. Days are in UTC. */
export class NewRetentionDto implements NewRetentionPeriod {
  /**
   * The first day on which these passwords are no longer valid. It must be in the future. Customers who have not logged
   * in before that day get a link to set a password.
   * @example 2027-01-31
   */
  @IsDate()
  @ApiProperty({ format: 'date' })
  retentionEndDate!: string;
  /**
   * The day on which customers who have not logged in yet get a reminder: today or later, and before the end. If
   * omitted or null, it is a week before the end, or tomorrow if that is past.
   * @example 2027-01-24
   */
  @NullMeansAbsent()
  @IsDate()
  @ApiPropertyOptional({ format: 'date', nullable: true })
  emailReminderDate?: string;
  /** Whether customers get the reminder and the mail at the end; `true` if omitted or null. */
  @NullMeansAbsent()
  @IsBoolean()
  emailNotificationsEnabled?: boolean = true;
}

export class RetentionDto implements RetentionPeriod {
  /**
   * The first day (UTC) on which these passwords are no longer valid.
   * @example 2027-01-31
   */
  @ApiProperty({ format: 'date' })
  retentionEndDate!: string;
  /**
   * The day (UTC) on which customers who have not logged in yet get a reminder.
   * @example 2027-01-24
   */
  @ApiProperty({ format: 'date' })
  emailReminderDate!: string;
  /** Whether customers get the reminder and the mail at the end. */
  emailNotificationsEnabled!: boolean;

  static of({ retentionEndDate, emailReminderDate, emailNotificationsEnabled }: RetentionPeriod): RetentionDto {
    return { retentionEndDate, emailReminderDate, emailNotificationsEnabled };
  }
}
