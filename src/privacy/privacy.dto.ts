import type { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { IsString, MaxLength } from 'class-validator';
import { MayBeAbsent } from '../common/validation.js';

export class PasswordProofDto {
  /**
   * The current password. A customer without a password must have logged in within the last ten minutes.
   * @example password123
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(1024)
  password?: string;
}

/** All data of a customer, by table. Names and times are as they are stored. */
export class CustomerExportDto {
  /**
   * The profile.
   * @example {"id": "4711000815", "first_name": "Ada"}
   */
  customer!: Record<string, unknown>;
  /** The login e-mails, without the passwords. */
  accounts!: Record<string, unknown>[];
  /** The linked identities at identity providers. */
  identities!: Record<string, unknown>[];
  /** The address book. */
  addresses!: Record<string, unknown>[];
  /** The assignments to legal entities. */
  companies!: Record<string, unknown>[];
  /** The companies that the customer has requested to join, or is invited to join. */
  membershipRequests!: Record<string, unknown>[];
  /** All decisions on texts. */
  consents!: Record<string, unknown>[];
  /** The sessions that are stored, without the tokens. */
  sessions!: Record<string, unknown>[];
  /** The contexts of the sessions. */
  contexts!: Record<string, unknown>[];
  /** The actions of employees and services on the customer. */
  history!: Record<string, unknown>[];
  /** The pending requests that must be confirmed with a mailed token. */
  mailedTokens!: Record<string, unknown>[];
  /** The changes of the login e-mail that can be undone with a mailed token, and the e-mails before them. */
  emailUndos!: Record<string, unknown>[];
  /** The second factors, active and pending, without the secrets. */
  secondFactors!: Record<string, unknown>[];
  /** The mailed codes that have not expired, without the codes. */
  secondFactorCodes!: Record<string, unknown>[];
  /** The number of wrong codes in the current hour. */
  secondFactorFailures!: Record<string, unknown>[];
  /** The recovery codes that have not been used, without the codes. */
  recoveryCodes!: Record<string, unknown>[];
  /** The kinds, recipients and times of the mails to the customer. */
  mails!: Record<string, unknown>[];

  /** Creates a response that sends the JSON of an export while it is read from the database. */
  static of(json: Readable): StreamableFile {
    return new StreamableFile(json, { type: 'application/json; charset=utf-8' });
  }
}
