import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { invalid } from '../common/failure.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { OneTimeTokens } from '../credentials/one-time-tokens.js';
import { CustomersService } from '../customers/customers.service.js';
import { transaction } from '../database/database.js';
import { SecurityLog } from '../history/security-log.js';
import { Outbox } from '../mailer/outbox.service.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** In seconds. */
const MINUTE = 60;

/** The account that its owner has removed: asked for with a token, confirmed from the mailbox. */
@Injectable()
export class ErasureByMailService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly accounts: AccountsService,
    private readonly customers: CustomersService,
    private readonly tokens: OneTimeTokens,
    private readonly outbox: Outbox,
    private readonly securityLog: SecurityLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Mails a link that removes the account, once a minute at most. Nothing else changes, and an older link is dead.
   *
   * @throws Failure `invalid_input` for who came by an identity provider and has no e-mail to log in with
   */
  async request(customerId: string): Promise<void> {
    const email = await this.accounts.emailOf(customerId);
    if (!email) throw invalid('', 'No mail can be sent: there is no e-mail to log in with.');
    if (await this.outbox.holds(['erasure'], email, this.clock.in(-MINUTE))) return;
    const { links, lifetimes } = this.tenants.settings;
    await transaction(this.em, async () => {
      const token = await this.tokens.issue(customerId, 'erasure', lifetimes.erasure);
      await this.outbox.add('erasure', { email, customerId }, { token, link: links.erasure + token });
    });
    this.securityLog.tell('erasure_requested', { customer: customerId });
  }

  /**
   * Removes everything that is known of whom the token was mailed to.
   *
   * @throws Failure `mailed_token_refused`
   */
  async confirm(token: string): Promise<void> {
    await transaction(this.em, async () => {
      const { customerId } = await this.tokens.use(token, 'erasure');
      await this.customers.remove(customerId);
    });
  }
}
