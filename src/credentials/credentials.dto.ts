import { IsBoolean, IsString, Length, MaxLength } from 'class-validator';
import { IsEmailAddress, NullMeansAbsent, Text } from '../common/validation.js';
import { IsNewPassword } from '../tenants/new-password.js';

export class PasswordResetRequestDto {
  /**
   * The login e-mail.
   * @example ada@demo.example
   */
  @IsEmailAddress()
  email!: string;
  /**
   * Part of the vendor's schema; ignored.
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
  /**
   * The new password: 6 to 128 characters, or as the tenant's password policy requires if the tenant is `strict`.
   * @example P@ssw0rd123
   */
  @IsNewPassword()
  password!: string;
}

export class PasswordChangeDto {
  /**
   * The current password.
   * @example password123
   */
  @IsString()
  @MaxLength(1024)
  currentPassword!: string;
  /**
   * The new password: 6 to 128 characters, or as the tenant's password policy requires if the tenant is `strict`.
   * @example P@ssw0rd123
   */
  @IsNewPassword()
  newPassword!: string;
}

export class EmailChangeRequestDto {
  /**
   * The current login e-mail. It may be omitted. Any other e-mail is rejected.
   * @example ada@demo.example
   */
  @NullMeansAbsent()
  @IsEmailAddress()
  email?: string;
  /**
   * The current password.
   * @example password123
   */
  @IsString()
  @MaxLength(1024)
  password!: string;
  /**
   * The new login e-mail.
   * @example ada@acme.example
   */
  @IsEmailAddress()
  newEmail!: string;
  /** Whether the contact e-mail also changes; `false` if omitted or null. */
  @NullMeansAbsent()
  @IsBoolean()
  syncContactEmail?: boolean = false;
}

export class EmailChangeUndoDto {
  /** The token from the mail to the old address. */
  @IsString()
  @Length(1, 200)
  token!: string;
}

export class EmailChangeConfirmDto {
  /** The token from the mail. */
  @IsString()
  @Length(1, 200)
  token!: string;
}
