import { IsString, MaxLength } from 'class-validator';
import { MayBeAbsent } from '../common/validation.js';

export class PasswordProofDto {
  /**
   * The present password. Who has none must have logged in within the last ten minutes.
   * @example password123
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(1024)
  password?: string;
}

/** Everything that is known of a customer, by where it is kept; names and times as they are stored. */
export class CustomerExportDto {
  customer!: Record<string, unknown>;
  accounts!: Record<string, unknown>[];
  identities!: Record<string, unknown>[];
  addresses!: Record<string, unknown>[];
  companies!: Record<string, unknown>[];
  consents!: Record<string, unknown>[];
  sessions!: Record<string, unknown>[];
  /** What the sessions brought along. */
  contexts!: Record<string, unknown>[];
  /** What staff did. */
  history!: Record<string, unknown>[];
  /** What waits for an answer to a mail. */
  mailedTokens!: Record<string, unknown>[];
  mails!: Record<string, unknown>[];
}
