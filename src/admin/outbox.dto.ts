import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { PagingQueryDto } from '../emporix/paging.dto.js';
import { Integer, IsTime, MayBeAbsent } from '../common/validation.js';
import { type MailKind, mailKinds } from '../mailer/mail-kinds.js';
import type { MailFilter, MailRecord } from '../mailer/outbox-records.js';
import { type MailStatus, mailStatuses } from '../mailer/outbox-message.entity.js';

export class OutboxQueryDto extends PickType(PagingQueryDto, ['pageSize']) {
  /**
   * Selects the mails with this status. `queued`: no attempt has failed yet. `failed`: an attempt has failed, and
   * another one is due. `given_up`: there are no more attempts.
   * @example given_up
   */
  @MayBeAbsent()
  @IsIn(mailStatuses)
  @ApiPropertyOptional({ enum: mailStatuses })
  status?: MailStatus;
  /**
   * Selects the mails of this kind.
   * @example password-reset
   */
  @MayBeAbsent()
  @IsIn(mailKinds)
  @ApiPropertyOptional({ enum: mailKinds })
  kind?: MailKind;
  /**
   * Selects the mails to this e-mail address, in any letter case.
   * @example ada@demo.example
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(320)
  to?: string;
  /**
   * Selects the mails that belong to the customer with this number.
   * @example "4711000815"
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(255)
  customerNumber?: string;
  /**
   * Selects the mails that were stored at this time or later.
   * @example 2026-11-29T00:00:00Z
   */
  @MayBeAbsent()
  @IsTime()
  since?: Date;
  /**
   * Selects the mails that were stored before this time.
   * @example 2026-11-30T00:00:00Z
   */
  @MayBeAbsent()
  @IsTime()
  until?: Date;
  /**
   * The id of the last mail of the previous page. If omitted, the first page is returned.
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(36)
  after?: string;
}

/** Converts the query to the input of `OutboxRecords`. */
export function filterOf({ status, kind, to, customerNumber, since, until }: OutboxQueryDto): MailFilter {
  return { status, kind, recipient: to, customerId: customerNumber, since, until };
}

/** A mail without its subject, its text and its token. */
export class OutboxMailDto {
  /**
   * The id of the mail. It is also in the header `Message-ID` of the mail.
   * @example 0b0e5d0c-8a5e-4d5e-9f0a-3a4f5c6d7e8f
   */
  id!: string;
  /**
   * The kind of mail.
   * @example password-reset
   */
  @ApiProperty({ enum: mailKinds })
  kind!: MailKind;
  /**
   * The recipient.
   * @example ada@demo.example
   */
  to!: string;
  /**
   * The number of the customer that the mail belongs to; null if it belongs to no customer.
   * @example "4711000815"
   */
  customerNumber!: string | null;
  /**
   * `queued`: no attempt has failed yet. `failed`: an attempt has failed, and another one is due. `given_up`: there are
   * no more attempts.
   * @example given_up
   */
  @ApiProperty({ enum: mailStatuses })
  status!: MailStatus;
  /**
   * The number of attempts to send the mail, including an attempt that is running.
   * @example 1
   */
  @Integer()
  attempts!: number;
  /**
   * The language that the customer preferred when the mail was stored; null if the mail belongs to no customer.
   * @example de_DE
   */
  language!: string | null;
  /** When the mail was stored. */
  createdAt!: Date;
  /** The earliest time of the next attempt; null if there is none, for example because no mail server is configured. */
  nextAttemptAt!: Date | null;
  /** When the mail server accepted the mail. */
  sentAt!: Date | null;
  /** When the mail was given up. */
  givenUpAt!: Date | null;
  /** When the link or code in the mail expires; null if the mail has neither. The mail is not sent afterwards. */
  expiresAt!: Date | null;
  /**
   * The code of the mail server's reply to the last attempt; null if the server did not reply.
   * @example 550
   */
  @ApiProperty({ type: 'integer', nullable: true })
  smtpCode!: number | null;
  /**
   * Why the last attempt failed.
   * @example 'The mail server rejects the recipient'
   */
  reason!: string | null;

  static of({ recipient, customerId, dueAt, ...mail }: MailRecord): OutboxMailDto {
    return { ...mail, to: recipient, customerNumber: customerId, nextAttemptAt: dueAt };
  }
}
