import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Failure } from '../common/failure.js';
import { CustomersService } from '../customers/customers.service.js';
import { transaction, violates } from '../database/database.js';
import { History } from '../history/history.service.js';
import { SecurityLog } from '../history/security-log.js';
import type { Caller } from '../sessions/access/caller.js';
import { AccessTokens } from '../sessions/signing/access-tokens.js';
import { SessionCheck } from '../sessions/access/session-check.js';
import { type AgentSessionStart, SessionsService } from '../sessions/sessions.service.js';
import type { AccessOnly, IssuedTokens } from '../sessions/signing/session-tokens.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Employee } from './employee.entity.js';
import { scopesOfRole } from './employee-scopes.js';

/** A customer's tokens, issued to an employee. */
export interface Acting extends AccessOnly {
  saasToken: string;
}

/** Assisted buying: employees act for customers. */
@Injectable()
export class ActingService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly customers: CustomersService,
    private readonly sessions: SessionsService,
    private readonly sessionCheck: SessionCheck,
    private readonly tokens: AccessTokens,
    private readonly history: History,
    private readonly securityLog: SecurityLog,
  ) {}

  /**
   * Issues a customer's token to an employee. It has a limited lifetime, and the employee is in its `act` claim. Only an
   * employee may act for a customer: no person is accountable for what a service does.
   *
   * @throws Failure `access_denied` for a service, `customer_not_found`, `customer_blocked` when the customer may not log
   * in, `token_invalid` when the employee may no longer act for customers
   */
  async start(customerId: string, employee: Caller, reason: string | undefined, origin: Origin): Promise<Acting> {
    const issued = await this.act(customerId, employee, reason, () =>
      this.sessions.startActing(customerId, employee, origin),
    );
    const { actingAccess, saasToken } = this.tenants.settings.lifetimes;
    const lifetime = Math.min(actingAccess, saasToken);
    return { ...issued, saasToken: this.tokens.signSaas(this.tenants.current, customerId, lifetime) };
  }

  /**
   * Starts acting for a customer as an agent of the Glue API: the tokens can be refreshed, and the customer need not
   * have confirmed the e-mail yet.
   *
   * @throws Failure as `start`; `customer_blocked` only when the customer is inactive or on hold
   */
  async startAsAgent(
    customerId: string,
    agent: Caller,
    start: AgentSessionStart,
    origin: Origin,
  ): Promise<IssuedTokens> {
    return this.act(customerId, agent, undefined, () =>
      this.sessions.startActingAsAgent(customerId, agent, start, origin),
    );
  }

  private async act<T>(
    customerId: string,
    employee: Caller,
    reason: string | undefined,
    start: () => Promise<T>,
  ): Promise<T> {
    if (employee.kind !== 'employee') throw new Failure('access_denied');
    try {
      const issued = await transaction(this.em, async (em) => {
        await this.assertMayAct(em, employee);
        await this.customers.assertVisible(customerId, employee.reach);
        await this.history.add(customerId, 'acted_for_customer', reason === undefined ? {} : { reason });
        return start();
      });
      this.securityLog.record('acting_started', { customer: customerId });
      return issued;
    } catch (error) {
      if (error instanceof Failure && error.code === 'login_rejected') {
        throw new Failure('customer_blocked', { cause: error });
      }
      // A concurrent request deleted the customer.
      if (!violates(error, 'sessions_tenant_customer_id_fkey')) throw error;
      throw new Failure('customer_not_found', { cause: error, facts: { customer: customerId } });
    }
  }

  /** Locks the employee. A concurrent change of the employee either commits first or ends the new session. */
  private async assertMayAct(em: EntityManager, { id, sessionId }: Caller): Promise<void> {
    const lock = { lockMode: LockMode.PESSIMISTIC_READ, refresh: true } as const;
    const employee = await em.findOne(Employee, { id, active: true }, lock);
    if (!employee || !scopesOfRole[employee.role].includes('customer.assistedBuying_manage')) {
      throw new Failure('token_invalid');
    }
    await this.sessionCheck.check(sessionId);
  }
}
