import { ApiProperty } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { type RepeatableMail, repeatableMails } from './customer-mails.service.js';

export class CustomerMailDto {
  /**
   * The kind of mail. `opt-in`: a link to confirm the e-mail. `password-reset`: a link to set a new password.
   * `initial-password`: a link to set the first password.
   * @example password-reset
   */
  @IsIn(repeatableMails)
  @ApiProperty({ enum: repeatableMails })
  kind!: RepeatableMail;
}
