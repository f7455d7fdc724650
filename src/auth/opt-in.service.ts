import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { inEqualTime } from '../common/equal-time.js';
import { type AccountOfCustomer, AccountsService } from '../credentials/accounts.service.js';
import { EmailOwnership } from '../credentials/email-ownership.js';
import { OneTimeTokens, unlessDeleted } from '../credentials/one-time-tokens.js';
import { Customer, awaitsEmployee, mayLogIn } from '../customers/customer.entity.js';
import { forUpdate, transaction } from '../database/database.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { SignupCompany } from './signup-company.js';
import { type OptInMail, SignupMails } from './signup-mails.js';

/** The confirmation of a customer's address with the link of the opt-in mail. */
@Injectable()
export class OptInService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly accounts: AccountsService,
    private readonly tokens: OneTimeTokens,
    private readonly ownership: EmailOwnership,
    private readonly company: SignupCompany,
    private readonly mails: SignupMails,
    private readonly clock: Clock,
  ) {}

  /**
   * Accepts the token of the opt-in mail, and confirms the address. If nothing else is required, the customer becomes
   * active. If an employee must also activate the account, a mail informs the customer.
   *
   * @returns the customer, and whether the customer may log in now
   * @throws Failure `mailed_token_rejected`
   */
  async confirm(token: string): Promise<{ customerId: string; mayLogIn: boolean }> {
    return transaction(this.em, async (em) => {
      const { customerId } = await this.tokens.use(token, 'opt-in');
      const email = await this.ownership.confirmAsIs(customerId);
      const customer = await em.findOneOrFail(Customer, { id: customerId }, forUpdate);
      customer.confirmedAt = this.clock.now();
      // A customer with `mustConfirm` also requires activation by an employee, even if the tenant setting has changed
      // since.
      const declined = customer.standing === 'declined';
      if (this.tenants.settings.activation === 'email' && !customer.mustConfirm && !declined) customer.active = true;
      await this.company.joinAfterConfirmation(customer);
      if (email && awaitsEmployee(customer)) {
        await this.mails.addAwaiting({ email, customerId, confirmed: true }, { firstName: customer.firstName });
      }
      // The customer may have tried to log in too early.
      if (email && mayLogIn(customer)) await this.accounts.clearFailures(email);
      return { customerId, mayLogIn: mayLogIn(customer) };
    });
  }

  /**
   * Mails the opt-in link again to a customer who has not confirmed the address. Neither the response nor its time
   * reveals whether such a customer exists.
   */
  async mailAgain(email: string): Promise<void> {
    await inEqualTime(async () => {
      const account = await this.accounts.find(email);
      if (account && (await this.isOutstanding(account.customer.$))) await this.mail(account);
    });
  }

  /** Mails a link to confirm the address, which replaces an older one. */
  async mail({ customer, email }: AccountOfCustomer, mail: OptInMail = {}): Promise<void> {
    await transaction(this.em, () => this.mails.addOptIn(customer.id, email, mail)).catch(unlessDeleted);
  }

  /**
   * Whether a customer must confirm the address before the next login. The link may activate a customer. An employee
   * who deactivates a customer revokes the token, so no new one is created.
   */
  async isOutstanding({ id, confirmedAt, mustConfirm, active, onHold }: Customer): Promise<boolean> {
    if (confirmedAt || onHold) return false;
    return (mustConfirm && active) || this.tokens.isOutstanding(id, 'opt-in');
  }
}
