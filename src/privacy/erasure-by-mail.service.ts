import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { invalid } from '../common/failure.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { OneTimeTokens } from '../credentials/one-time-tokens.js';
import { AccountErasureService } from '../credentials/account-erasure.service.js';
import { transaction } from '../database/database.js';
import { History } from '../history/history.service.js';
import { SecurityLog } from '../history/security-log.js';
import { Outbox } from '../mailer/outbox.service.js';
import { ownReach } from '../tenants/reach.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** Erasure by the owner of an account: requested with an access token, confirmed with a token from a mail. */
@Injectable()
export class ErasureByMailService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly accounts: AccountsService,
    private readonly erasure: AccountErasureService,
    private readonly tokens: OneTimeTokens,
    private readonly outbox: Outbox,
    private readonly history: History,
    private readonly securityLog: SecurityLog,
  ) {}

  /**
   * Mails a link that erases the account, at most once a minute. An older link becomes invalid; nothing else changes.
   *
   * @throws Failure `invalid_input` for a customer of an identity provider who has no login e-mail
   */
  async request(customerId: string): Promise<void> {
    const email = await this.accounts.emailOf(customerId);
    if (!email) throw invalid('', 'No mail can be sent: there is no e-mail to log in with.');
    const { links, lifetimes } = this.tenants.settings;
    await transaction(this.em, async () => {
      await this.outbox.add('erasure', { email, customerId, confirmed: false }, async () => {
        const token = await this.tokens.issue(customerId, 'erasure', lifetimes.erasure);
        return { token, link: links.erasure + token };
      });
      await this.history.record(customerId, 'erasure_requested');
    });
    this.securityLog.record('erasure_requested', { customer: customerId });
  }

  /**
   * Erases all data of the customer to whom the token was mailed.
   *
   * @throws Failure `mailed_token_rejected`
   */
  async confirm(token: string): Promise<void> {
    await transaction(this.em, async () => {
      const { customerId } = await this.tokens.use(token, 'erasure');
      await this.erasure.erase(customerId, ownReach);
    });
  }
}
