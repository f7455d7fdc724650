import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { assertCustomId } from '../common/custom-id.js';
import { Failure } from '../common/failure.js';
import { OneTimeTokens, intruderPurposes } from '../credentials/one-time-tokens.js';
import { CustomersService, ProfileChanges, StandingChanges } from '../customers/customers.service.js';
import { transaction } from '../database/database.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Reach } from '../tenants/reach.js';
import { permitted } from './customer-admin-input.js';
import { CustomerCompanyService } from './customer-company.service.js';
import { CustomerCreationService, type Invitation } from './customer-creation.service.js';
import { CustomerLoginService } from './customer-login.service.js';
import { type LoginEmailChange, LoginEmailService } from './login-email.service.js';

/** The changes to a customer by an employee, a service or a company Admin. */
export interface CustomerUpdate extends ProfileChanges, StandingChanges, Partial<Invitation> {
  /** Ignored from a company Admin. */
  loginEmail?: LoginEmailChange;
}

/** Updates customers for employees, services and company Admins. */
@Injectable()
export class CustomerUpdateService {
  constructor(
    private readonly em: EntityManager,
    private readonly customers: CustomersService,
    private readonly creation: CustomerCreationService,
    private readonly companies: CustomerCompanyService,
    private readonly logins: CustomerLoginService,
    private readonly loginEmails: LoginEmailService,
    private readonly sessions: SessionsService,
    private readonly tokens: OneTimeTokens,
  ) {}

  /**
   * Updates the customer of that number, or creates it. A company Admin cannot choose numbers, and so can only update.
   *
   * @returns whether it was created
   * @throws Failure as `change`, and as the creation; `invalid_input` when a new customer has an invalid number
   */
  async put(
    id: string,
    input: CustomerUpdate,
    invitation: Invitation,
    reach: Reach,
    expectedVersion?: number,
  ): Promise<boolean> {
    if (reach.company) {
      await this.change(id, input, reach, expectedVersion);
      return false;
    }
    const update = { ...input, ...invitation };
    if (await this.changeIfExists(id, update, reach, expectedVersion)) return false;
    assertCustomId('customerNumber', id);
    try {
      const { loginEmail, ...profile } = input;
      await this.creation.create({ ...profile, id }, invitation, reach);
      return true;
    } catch (error) {
      // A concurrent request created the customer, unless the number is that of a deleted customer.
      const taken = error instanceof Failure && error.code === 'number_taken';
      if (taken && (await this.changeIfExists(id, update, reach, expectedVersion))) return false;
      throw error;
    }
  }

  /**
   * Updates a customer. A new login e-mail is confirmed first (`LoginEmailService`). If the customer may no longer log
   * in, every token is revoked, including those in mails. If the login becomes possible, the customer gets a mail. A
   * contact who becomes a customer is activated, and gets a link to set a password. With `invite`, a customer whose
   * account is created gets this link too.
   *
   * @throws Failure `customer_not_found`, `stale_version`, `contact_email_required`, `email_taken`, `number_taken`,
   * `invalid_input`, `access_denied`
   */
  async change(
    id: string,
    { loginEmail, invite = false, ...requested }: CustomerUpdate,
    reach: Reach,
    expectedVersion?: number,
  ): Promise<void> {
    const changes = permitted(requested, reach);
    await transaction(this.em, async () => {
      const { active, onHold, type, confirmed } = changes;
      const endsLogin = active === false || onHold === true || type === 'CONTACT' || confirmed === false;
      // Revoke tokens before the customer is updated: requests that use a token access the rows in the same order.
      if (endsLogin) await this.tokens.revoke(id, ['opt-in', 'password-reset', ...intruderPurposes]);
      const changed = await this.customers.change(id, changes, reach, expectedVersion);
      if (endsLogin) await this.sessions.endAllOf(id);
      await this.companies.joinChanged(changed, confirmed === true, reach);
      await this.logins.open(changed, changes, reach, { invite });
      await this.logins.notifyOfHold(changed);
      if (loginEmail && !reach.company) await this.loginEmails.change(id, loginEmail);
    });
  }

  /** @returns false when there is no such customer */
  private async changeIfExists(
    id: string,
    changes: CustomerUpdate,
    reach: Reach,
    expectedVersion?: number,
  ): Promise<boolean> {
    try {
      await this.change(id, changes, reach, expectedVersion);
      return true;
    } catch (error) {
      if (error instanceof Failure && error.code === 'customer_not_found') return false;
      throw error;
    }
  }
}
