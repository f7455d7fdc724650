import { RequiredSecret } from './validators.js';

export class ConfirmationAttributes {
  /** The key from the mail. */
  @RequiredSecret()
  registrationKey!: string;
}

export class RegistrationKeyAttributes {
  /** The key from the mail. */
  @RequiredSecret(150)
  registrationKey!: string;
}

export class EmailConfirmationAttributes {
  /** The key from the mail to the new address. */
  @RequiredSecret()
  confirmationKey!: string;
}
