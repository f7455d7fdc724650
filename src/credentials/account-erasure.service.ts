import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { CustomersService } from '../customers/customers.service.js';
import { transaction } from '../database/database.js';
import { Outbox } from '../mailer/outbox.service.js';
import type { Reach } from '../tenants/reach.js';
import { AccountsService } from './accounts.service.js';
import { ownerOf } from './owner-notices.js';

/** Deletes customers, and notifies the owners of their accounts. */
@Injectable()
export class AccountErasureService {
  constructor(
    private readonly em: EntityManager,
    private readonly accounts: AccountsService,
    private readonly customers: CustomersService,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Deletes a customer with all its data, and notifies the owner by mail. The mail belongs to no customer, and its row is
   * deleted as soon as it is sent or given up.
   *
   * @throws Failure `customer_not_found`, `access_denied`
   */
  async erase(customerId: string, reach: Reach): Promise<void> {
    await transaction(this.em, async () => {
      const account = await this.accounts.findByCustomer(customerId);
      await this.customers.remove(customerId, reach);
      if (!account) return;
      const { preferredLanguage: language, firstName } = account.customer.$;
      const owner = { ...ownerOf(account), customerId: undefined, language };
      await this.outbox.add('account-erased', owner, {}, { firstName });
    });
  }
}
