import { NewPassword, RequiredEmail, RequiredText } from './rules.js';

export class PasswordChangeAttributes {
  /** The present one. */
  @RequiredText(1024)
  password!: string;
  @NewPassword()
  newPassword!: string;
  @RequiredText(1024)
  confirmPassword!: string;
}

export class ForgottenPasswordAttributes {
  /** @example ada@demo.example */
  @RequiredEmail()
  email!: string;
}

export class RestorePasswordAttributes {
  /** The key from the mail. */
  @RequiredText(200)
  restorePasswordKey!: string;
  @NewPassword()
  password!: string;
  @RequiredText(1024)
  confirmPassword!: string;
}
