import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { IsDate, MayBeAbsent } from '../common/validation.js';
import type { NewRetentionPeriod, RetentionPeriod } from './retention.service.js';

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
