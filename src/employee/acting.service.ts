import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { CustomersService } from '../customers/customers.service.js';
import { transaction } from '../database/database.js';
import { History } from '../history/history.service.js';
import { AccessTokens } from '../sessions/access-tokens.js';
import { AccessOnly, SessionsService } from '../sessions/sessions.service.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** A customer's tokens in the hands of an employee. */
export interface Acting extends AccessOnly {
  saasToken: string;
}

/** Employees who act for customers: assisted buying. */
@Injectable()
export class ActingService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly customers: CustomersService,
    private readonly sessions: SessionsService,
    private readonly tokens: AccessTokens,
    private readonly history: History,
  ) {}

  /**
   * A customer's token for an employee, limited in time, with the employee in its `act` claim.
   *
   * @throws Failure `customer_not_found`, `login_refused` when the customer may not log in
   */
  async start(
    customerId: string,
    employee: { id: string; clientId: string | undefined },
    reason: string | undefined,
  ): Promise<Acting> {
    const tenant = this.tenants.current;
    const { actingAccess, saasToken } = this.tenants.settings.lifetimes;
    const issued = await transaction(this.em, async () => {
      await this.customers.expect(customerId);
      await this.history.add(customerId, 'acted_for_customer', { reason });
      return this.sessions.startActing(customerId, employee.id, employee.clientId);
    });
    return { ...issued, saasToken: this.tokens.signSaas(tenant, customerId, Math.min(actingAccess, saasToken)) };
  }
}
