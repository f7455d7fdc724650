import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { OptInService } from '../auth/opt-in.service.js';
import { SignupMails } from '../auth/signup-mails.js';
import { Failure } from '../common/failure.js';
import { type AccountOfCustomer, AccountsService } from '../credentials/accounts.service.js';
import { ownerOf } from '../credentials/owner-notices.js';
import { PasswordLinks } from '../credentials/password-links.js';
import { CustomersService } from '../customers/customers.service.js';
import { transaction } from '../database/database.js';
import { History } from '../history/history.service.js';
import type { MailKind } from '../mailer/mail-kinds.js';
import type { Reach } from '../tenants/reach.js';

/** The mails that employees and services can send to a customer again. */
export const repeatableMails = ['opt-in', 'password-reset', 'initial-password'] as const satisfies MailKind[];

export type RepeatableMail = (typeof repeatableMails)[number];

/** Sends mails with a new link to customers again, for employees and services. */
@Injectable()
export class CustomerMailsService {
  constructor(
    private readonly em: EntityManager,
    private readonly customers: CustomersService,
    private readonly accounts: AccountsService,
    private readonly optIn: OptInService,
    private readonly signupMails: SignupMails,
    private readonly passwordLinks: PasswordLinks,
    private readonly history: History,
  ) {}

  /**
   * Mails a new link to the login e-mail of a customer. The links in earlier mails of the kind become invalid.
   *
   * @throws Failure `customer_not_found`; `mail_not_applicable` with the fact `obstacle` if the mail does not apply to
   * the customer now; `mail_limit_reached`
   */
  async send(id: string, kind: RepeatableMail, reach: Reach): Promise<void> {
    await this.customers.assertVisible(id, reach);
    const account = await this.accounts.findByCustomer(id);
    if (!account) throw notApplicable('no_login');
    await this.assertApplicable(kind, account);
    await transaction(this.em, async () => {
      if (!(await this.add(kind, account))) throw new Failure('mail_limit_reached');
      await this.history.add(id, 'mail_requested', { mail: kind });
    });
  }

  private async assertApplicable(kind: RepeatableMail, account: AccountOfCustomer): Promise<void> {
    const customer = account.customer.$;
    if (customer.type === 'CONTACT') throw notApplicable('contact');
    if (customer.onHold) throw notApplicable('on_hold');
    if (kind === 'initial-password') {
      // An employee may have set a first password, which the customer does not know.
      const isSet = Boolean(account.passwordHash ?? account.legacyAuth) && !account.initialPassword;
      if (isSet) throw notApplicable('has_password');
      return;
    }
    const mustConfirm = await this.optIn.isOutstanding(customer);
    if (kind === 'password-reset') {
      // A new password does not confirm the e-mail of these customers, so they could not log in with it.
      if (mustConfirm) throw notApplicable('confirmation_required');
      if (!customer.active) throw notApplicable('inactive');
    } else if (!mustConfirm) {
      throw notApplicable(customer.confirmedAt ? 'confirmed' : 'confirmation_not_required');
    }
  }

  /** @returns whether the mail was stored */
  private async add(kind: RepeatableMail, account: AccountOfCustomer): Promise<boolean> {
    const { id, firstName = null } = account.customer.$;
    switch (kind) {
      case 'opt-in':
        return this.signupMails.addOptIn(id, account.email);
      case 'password-reset':
        return this.passwordLinks.addReset(account);
      case 'initial-password':
        return this.passwordLinks.mailInitial({ ...ownerOf(account), customerId: id }, firstName);
    }
  }
}

/** @param obstacle why the mail does not apply */
function notApplicable(obstacle: string): Failure {
  return new Failure('mail_not_applicable', { facts: { obstacle } });
}
