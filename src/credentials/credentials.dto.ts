import { IsBoolean, IsString, Length, MaxLength } from 'class-validator';
import { IsEmailAddress, MayBeAbsent, Text } from '../common/validation.js';
import { IsNewPassword } from '../tenants/new-password.js';

export class PasswordResetRequestDto {
  /** @example john.doe@example.com */
  @IsEmailAddress()
  email!: string;
  /**
   * The site that the request came from.
   * @example main
   */
  @Text()
  site?: string | null;
}

export class PasswordUpdateDto {
  /** The token from the mail. */
  @IsString()
  @Length(1, 200)
  token!: string;
  /** @example P@ssw0rd123 */
  @IsNewPassword()
  password!: string;
}

export class PasswordChangeDto {
  /** @example password123 */
  @IsString()
  @MaxLength(1024)
  currentPassword!: string;
  /** @example P@ssw0rd123 */
  @IsNewPassword()
  newPassword!: string;
}

export class EmailChangeRequestDto {
  /**
   * The present login e-mail.
   * @example john.doe@example.com
   */
  @IsEmailAddress()
  email!: string;
  /** @example password123 */
  @IsString()
  @MaxLength(1024)
  password!: string;
  /** @example john@example.org */
  @IsEmailAddress()
  newEmail!: string;
  /** The contact e-mail changes too. */
  @MayBeAbsent()
  @IsBoolean()
  syncContactEmail?: boolean = false;
}

export class EmailChangeConfirmDto {
  /** The token from the mail. */
  @IsString()
  @Length(1, 200)
  token!: string;
}
