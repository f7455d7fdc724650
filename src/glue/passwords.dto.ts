import { ConfirmedPassword, NewPassword, RequiredEmail, RequiredSecret } from './validators.js';

export class PasswordChangeAttributes {
  /** The current password. */
  @RequiredSecret(1024)
  password!: string;
  /** The new password. It must comply with the tenant's password policy. */
  @NewPassword()
  newPassword!: string;
  /** The same as `newPassword`. */
  @ConfirmedPassword()
  confirmPassword!: string;
}

export class ForgottenPasswordAttributes {
  /**
   * The login e-mail.
   * @example ada@demo.example
   */
  @RequiredEmail(255)
  email!: string;
}

export class RestorePasswordAttributes {
  /** The key from the mail. */
  @RequiredSecret()
  restorePasswordKey!: string;
  /** The new password. It must comply with the tenant's password policy. */
  @NewPassword()
  password!: string;
  /** The same as `password`. */
  @ConfirmedPassword()
  confirmPassword!: string;
}
