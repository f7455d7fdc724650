import { Injectable } from '@nestjs/common';
import { History } from '../history/history.service.js';
import type { MailFacts } from '../mailer/mail-kinds.js';
import { Outbox } from '../mailer/outbox.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { AccountOfCustomer } from './accounts.service.js';
import type { EmailUndo } from './email-undo.entity.js';
import { EmailUndos } from './email-undos.js';
import { OneTimeTokens } from './one-time-tokens.js';
import { isEmailConfirmed, ownerOf } from './owner-notices.js';

/** The intent of a token that is mailed to a new address. */
export type EmailChangeIntent = { email: string; syncContactEmail: boolean };

/** The mails about changes of login e-mails, and their entries in the history. All methods join the caller's transaction. */
@Injectable()
export class EmailChangeMails {
  constructor(
    private readonly tenants: TenantsService,
    private readonly tokens: OneTimeTokens,
    private readonly undos: EmailUndos,
    private readonly outbox: Outbox,
    private readonly history: History,
  ) {}

  /**
   * Mails a token to the new address, and a notice to the current one. An employee's request is recorded by the caller.
   *
   * @param isTaken whether another account has the new address, which then gets no mail
   * @param lifetime of the token, in seconds
   */
  async addRequest(
    account: AccountOfCustomer,
    intent: EmailChangeIntent,
    isTaken: boolean,
    lifetime: number,
  ): Promise<void> {
    const { id, firstName } = account.customer.$;
    const facts = async () => {
      const token = await this.tokens.issue(id, 'email-change', lifetime, intent);
      return { token, link: this.tenants.settings.links.emailChange + token };
    };
    const next = { email: intent.email, customerId: id, confirmed: false };
    if (isTaken) await this.outbox.withhold('email-change', next, facts);
    else await this.outbox.add('email-change', next, facts);
    await this.outbox.add('email-change-notice', ownerOf(account), {}, { firstName, newEmail: intent.email });
    await this.history.recordOwn(id, 'email_change_requested');
  }

  /**
   * Mails notices to both addresses. The notice to the old address contains a link that undoes the change, if that
   * address was confirmed. Otherwise it may belong to another person, for example after a typing error, who could take
   * the account over. An employee's change is recorded by the caller.
   *
   * @param before the account before the change; the caller holds the lock of its row
   * @param contactEmail the contact e-mail before the change
   * @param confirmed whether the owner of the new address has confirmed it
   */
  async addChanged(
    before: AccountOfCustomer,
    contactEmail: string | null | undefined,
    email: string,
    confirmed: boolean,
  ): Promise<void> {
    const { id, firstName } = before.customer.$;
    const undone = { email: before.email, contactEmail };
    const facts = isEmailConfirmed(before) ? () => this.undoLink(id, undone) : {};
    await this.outbox.add('email-changed', ownerOf(before), facts, { firstName, newEmail: email });
    await this.outbox.add('email-change-completed', { email, customerId: id, confirmed }, {}, { firstName });
    await this.history.recordOwn(id, 'email_changed');
  }

  private async undoLink(
    customerId: string,
    before: Pick<EmailUndo, 'email' | 'contactEmail'>,
  ): Promise<MailFacts['email-changed']> {
    const added = await this.undos.add(customerId, before);
    if (!added) return {};
    const { token, until } = added;
    return { token, link: this.tenants.settings.links.emailUndo + token, until: until.toISOString() };
  }
}
