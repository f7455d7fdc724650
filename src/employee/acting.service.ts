import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Failure } from '../common/failure.js';
import { CustomersService } from '../customers/customers.service.js';
import { transaction, violates } from '../database/database.js';
import { History } from '../history/history.service.js';
import { SecurityLog } from '../history/security-log.js';
import { AccessTokens } from '../sessions/access-tokens.js';
import { AccessOnly, SessionsService } from '../sessions/sessions.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Employee } from './employee.entity.js';
import { scopesOf } from './staff-scopes.js';

/** A customer's tokens in the hands of an employee. */
export interface Acting extends AccessOnly {
  saasToken: string;
}

/** The employee who is to act, with a session of the employee's own. */
export interface Helper {
  id: string;
  sessionId: string;
  clientId: string | undefined;
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
    private readonly securityLog: SecurityLog,
  ) {}

  /**
   * A customer's token for an employee, limited in time, with the employee in its `act` claim.
   *
   * @throws Failure `customer_not_found`, `customer_shut_out` when the customer may not log in, `token_invalid` when
   * the employee was shut out meanwhile
   */
  async start(customerId: string, employee: Helper, reason: string | undefined): Promise<Acting> {
    const tenant = this.tenants.current;
    const { actingAccess, saasToken } = this.tenants.settings.lifetimes;
    try {
      const issued = await transaction(this.em, async (em) => {
        await this.hold(em, employee);
        await this.customers.expect(customerId);
        await this.history.add(customerId, 'acted_for_customer', { reason });
        return this.sessions.startActing(customerId, employee.id, employee.clientId);
      });
      this.securityLog.tell('acting_started', { customer: customerId });
      return { ...issued, saasToken: this.tokens.signSaas(tenant, customerId, Math.min(actingAccess, saasToken)) };
    } catch (error) {
      if (error instanceof Failure && error.code === 'login_refused') {
        throw new Failure('customer_shut_out', { cause: error });
      }
      // The customer was deleted meanwhile.
      if (!violates(error, 'sessions_tenant_customer_id_fkey')) throw error;
      throw new Failure('customer_not_found', { cause: error, facts: { customer: customerId } });
    }
  }

  /** Of a change of the employee at this moment and the new session, the change comes first, or ends the session. */
  private async hold(em: EntityManager, { id, sessionId }: Helper): Promise<void> {
    const lock = { lockMode: LockMode.PESSIMISTIC_READ, refresh: true } as const;
    const employee = await em.findOne(Employee, { id, active: true }, lock);
    if (!employee || !scopesOf[employee.role].includes('customer.assistedBuying_manage')) {
      throw new Failure('token_invalid');
    }
    await this.sessions.check(sessionId);
  }
}
