import { Injectable } from '@nestjs/common';
import type { MailFacts } from '../mailer/mail-kinds.js';
import { type Addressee, Outbox } from '../mailer/outbox.service.js';
import { type AccountOfCustomer, AccountsService } from './accounts.service.js';

type NoticeKind =
  | 'account-on-hold'
  | 'identity-linked'
  | 'identity-unlinked'
  | 'new-device-login'
  | 'password-changed'
  | 'password-reset-completed';

/**
 * Mails that inform the owner of an account about actions on it. They are sent to the login e-mail, never to the contact
 * e-mail, which may be that of another person. All methods join the caller's transaction.
 */
@Injectable()
export class OwnerNotices {
  constructor(
    private readonly accounts: AccountsService,
    private readonly outbox: Outbox,
  ) {}

  async add<Kind extends NoticeKind>(kind: Kind, account: AccountOfCustomer, facts: MailFacts[Kind]): Promise<void> {
    await this.outbox.add(kind, ownerOf(account), facts, { firstName: account.customer.$.firstName });
  }

  /** Mails a notice to an owner who has just confirmed the login e-mail with a mailed token. */
  async addToConfirmed<Kind extends NoticeKind>(
    kind: Kind,
    owner: { email: string; customerId: string; firstName: string | null },
    facts: MailFacts[Kind],
  ): Promise<void> {
    const { firstName, ...to } = owner;
    await this.outbox.add(kind, { ...to, confirmed: true }, facts, { firstName });
  }

  /** Mails a notice to a customer, who may have no login e-mail and then gets none. */
  async addFor<Kind extends NoticeKind>(kind: Kind, customerId: string, facts: MailFacts[Kind]): Promise<void> {
    const account = await this.accounts.findByCustomer(customerId);
    if (account) await this.add(kind, account, facts);
  }
}

/** The owner of an account, as the recipient of a mail to the login e-mail. */
export function ownerOf(account: AccountOfCustomer): Addressee {
  return { email: account.email, customerId: account.customer.id, confirmed: isEmailConfirmed(account) };
}

/** Whether the owner has confirmed the login e-mail, and not only an earlier one. */
export function isEmailConfirmed({ emailConfirmed, customer }: AccountOfCustomer): boolean {
  return emailConfirmed ?? Boolean(customer.$.confirmedAt);
}
