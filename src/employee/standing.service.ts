import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { OneTimeTokens } from '../credentials/one-time-tokens.js';
import { mayLogIn } from '../customers/customer.entity.js';
import { CustomersService, ProfileChanges, StandingChanges } from '../customers/customers.service.js';
import { transaction } from '../database/database.js';
import { Outbox } from '../mailer/outbox.service.js';
import { SessionsService } from '../sessions/sessions.service.js';

/** Whether a customer may come in: what follows when employees decide on it. */
@Injectable()
export class StandingService {
  constructor(
    private readonly em: EntityManager,
    private readonly customers: CustomersService,
    private readonly sessions: SessionsService,
    private readonly tokens: OneTimeTokens,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Changes a customer. Who is deactivated or put on hold loses every token, those in mails among them; who may log in from
   * now on gets a mail.
   *
   * @throws Failure `customer_not_found`, `stale_version`, `contact_email_needed`
   */
  async change(id: string, changes: ProfileChanges & StandingChanges, expectedVersion?: number): Promise<void> {
    await transaction(this.em, async () => {
      const shut = changes.active === false || changes.onHold === true;
      // Tokens before the customer, in the order of those who come with a token.
      if (shut) await this.tokens.revoke(id, ['opt-in', 'password-reset', 'email-change']);
      const { customer, couldLogIn } = await this.customers.change(id, changes, expectedVersion);
      if (shut) await this.sessions.endAllOf(id);
      if (!couldLogIn && mayLogIn(customer) && customer.contactEmail) {
        await this.outbox.add('activated', customer.contactEmail, { firstName: customer.firstName ?? undefined });
      }
    });
  }
}
