import { Type } from 'class-transformer';
import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import { IsEmailAddress, MayBeAbsent, Text } from '../common/validation.js';
import { type MailKind, mailKinds } from '../mailer/mail-kinds.js';
import { IsNewPassword } from '../tenants/new-password.js';
import { DURATION } from './duration.js';
import type { NewTestCustomer } from './start-foyer.cjs';

export class ClockDto {
  @Matches(DURATION, { message: 'by must be a whole number with s, m, h or d, such as 31d' })
  by!: string;
}

export class NextMailQueryDto {
  @IsEmailAddress()
  to!: string;

  @MayBeAbsent()
  @IsIn(mailKinds, { message: `kind must be one of ${mailKinds.join(', ')}` })
  kind?: MailKind;

  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(60)
  timeoutSeconds = 5;
}

export class NewTestCustomerDto implements NewTestCustomer {
  @MayBeAbsent()
  @IsEmailAddress()
  email?: string;

  @MayBeAbsent()
  @IsNewPassword()
  password?: string;

  @MayBeAbsent()
  @Text()
  firstName?: string;

  @MayBeAbsent()
  @Text()
  lastName?: string;
}
