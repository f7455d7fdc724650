import { Injectable } from '@nestjs/common';
import { type ConsentRow, ConsentsService } from '../consents/consents.service.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { Lockout } from '../credentials/lockout.js';
import { CustomersService } from '../customers/customers.service.js';
import { Failure } from '../common/failure.js';
import { History } from '../history/history.service.js';
import { SecurityLog } from '../history/security-log.js';
import { isFactorType } from '../second-factor/second-factor.entity.js';
import { SecondFactorService } from '../second-factor/second-factor.service.js';
import type { Reach } from '../tenants/reach.js';

/**
 * Unlocks the logins of customers for employees and services, removes second factors that customers have lost, and lists
 * the consents of customers.
 */
@Injectable()
export class CustomerSupportService {
  constructor(
    private readonly customers: CustomersService,
    private readonly accounts: AccountsService,
    private readonly lockout: Lockout,
    private readonly history: History,
    private readonly consents: ConsentsService,
    private readonly secondFactors: SecondFactorService,
    private readonly securityLog: SecurityLog,
  ) {}

  /**
   * Clears the failed logins of a customer and the resulting locks.
   *
   * @throws Failure `customer_not_found`
   */
  async unlock(id: string, reach: Reach): Promise<void> {
    await this.customers.assertVisible(id, reach);
    await this.history.runAudited(id, 'customer_unlocked', {}, async () => {
      const email = await this.accounts.emailOf(id);
      if (email) await this.lockout.clear(this.lockout.keyOf('customer', email));
    });
    this.securityLog.record('customer_unlocked', { customer: id });
  }

  /**
   * Removes a second factor without its code.
   *
   * @param reason for the history
   * @throws Failure `customer_not_found`, `second_factor_not_found`
   */
  async removeSecondFactor(id: string, type: string, reason: string, reach: Reach): Promise<void> {
    await this.customers.assertVisible(id, reach);
    if (!isFactorType(type)) throw new Failure('second_factor_not_found', { facts: { type } });
    await this.history.runAudited(id, 'second_factor_removed', { fields: [type], reason }, () =>
      this.secondFactors.remove(id, type),
    );
    this.securityLog.record('second_factor_removed', { customer: id });
  }

  /**
   * Removes all second factors of a customer.
   *
   * @returns their number
   * @throws Failure `customer_not_found`
   */
  async removeSecondFactors(id: string, reason: string, reach: Reach): Promise<number> {
    const factors = (await this.secondFactors.list(id)).filter(({ status }) => status !== 'inactive');
    for (const { type } of factors) await this.removeSecondFactor(id, type, reason, reach);
    return factors.length;
  }

  /** Lists the consent decisions of a customer, newest first; at most 2,000. @throws Failure `customer_not_found` */
  async consentsOf(id: string, reach: Reach): Promise<ConsentRow[]> {
    await this.customers.assertVisible(id, reach);
    return this.consents.all(id);
  }
}
