import { Injectable } from '@nestjs/common';
import { OneTimeTokens } from '../credentials/one-time-tokens.js';
import { awaitsEmployee } from '../customers/customer.entity.js';
import type { NewCustomer } from '../customers/customers.service.js';
import type { PreparedMail } from '../mailer/mailer.fragments.js';
import { type Addressee, Outbox } from '../mailer/outbox.service.js';
import type { UserText } from '../mailer/mail-kinds.js';
import { TenantsService } from '../tenants/tenants.service.js';

export interface OptInMail {
  repeated?: boolean;
  pause?: number;
}

/** The mails to a new customer. All methods join the caller's transaction. */
@Injectable()
export class SignupMails {
  constructor(
    private readonly tenants: TenantsService,
    private readonly tokens: OneTimeTokens,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Mails a link to confirm the address.
   *
   * @param repeated whether another sign-up with the address of this customer caused the mail
   * @param pause the minimum time since the last link, in seconds
   * @returns whether the mail was stored
   */
  async addOptIn(customerId: string, email: string, { repeated = false, pause }: OptInMail = {}): Promise<boolean> {
    const { links, lifetimes } = this.tenants.settings;
    return this.outbox.add('opt-in', { email, customerId, confirmed: false, pause }, async () => {
      const token = await this.tokens.issue(customerId, 'opt-in', lifetimes.optIn);
      return { token, link: links.optIn + token, ...(repeated && { repeated }) };
    });
  }

  /**
   * Returns the mail that is stored with a sign-up, if an employee must activate the account. A customer
   * who must confirm the address gets it after the confirmation. One mail is enough: the welcome mail replaces it.
   *
   * @param email the login e-mail in its normal form
   * @param byMail whether the customer must confirm the address
   */
  prepareAwaiting(customer: NewCustomer, email: string, byMail: boolean): PreparedMail | undefined {
    const awaits = awaitsEmployee(customer) && !byMail && !this.welcomes;
    return awaits ? this.outbox.prepare('awaiting-activation', email) : undefined;
  }

  /** Informs a customer who has confirmed the address that an employee must activate the account. */
  async addAwaiting(to: Addressee, text: UserText): Promise<void> {
    await this.outbox.add('awaiting-activation', to, {}, text);
  }

  /** Whether new customers of the tenant get a welcome mail. */
  get welcomes(): boolean {
    return this.tenants.settings.enableAccountCreationEmailConfirmation;
  }

  /** Mails a welcome, if new customers of the tenant get one. */
  async addWelcome(to: Addressee, text?: UserText): Promise<void> {
    if (this.welcomes) await this.outbox.add('welcome', to, { link: this.tenants.settings.links.storefront }, text);
  }
}
