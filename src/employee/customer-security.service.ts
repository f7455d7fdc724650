import { Injectable } from '@nestjs/common';
import { IdentitiesService } from '../credentials/identities.service.js';
import type { Identity } from '../credentials/identity.entity.js';
import { LogoutService } from '../credentials/logout.service.js';
import { CustomersService } from '../customers/customers.service.js';
import { History } from '../history/history.service.js';
import type { SecondFactor } from '../second-factor/second-factor.entity.js';
import { SecondFactorService } from '../second-factor/second-factor.service.js';
import { type CurrentSession, SessionsService } from '../sessions/sessions.service.js';
import type { Reach } from '../tenants/reach.js';

/** How customers log in, for employees and services: their sessions, identities and second factors. */
@Injectable()
export class CustomerSecurityService {
  constructor(
    private readonly customers: CustomersService,
    private readonly sessions: SessionsService,
    private readonly logouts: LogoutService,
    private readonly identities: IdentitiesService,
    private readonly secondFactors: SecondFactorService,
    private readonly history: History,
  ) {}

  /** Lists the current sessions of a customer, newest first. @throws Failure `customer_not_found` */
  async sessionsOf(id: string, reach: Reach): Promise<CurrentSession[]> {
    await this.customers.assertVisible(id, reach);
    return this.sessions.listOf(id);
  }

  /** Ends a session of a customer. @throws Failure `customer_not_found`, `session_not_found` */
  async endSession(id: string, sessionId: string, reach: Reach): Promise<void> {
    await this.customers.assertVisible(id, reach);
    await this.history.runAudited(id, 'session_ended', {}, () => this.sessions.endOneOf(id, sessionId));
  }

  /**
   * Ends all sessions of a customer, and revokes mailed tokens that an attacker may have requested.
   *
   * @throws Failure `customer_not_found`
   */
  async endSessions(id: string, reach: Reach): Promise<void> {
    await this.customers.assertVisible(id, reach);
    await this.logouts.logOutEverywhere(id);
  }

  /** Lists the identities of a customer, oldest first. @throws Failure `customer_not_found` */
  async identitiesOf(id: string, reach: Reach): Promise<Identity[]> {
    await this.customers.assertVisible(id, reach);
    return this.identities.list(id);
  }

  /**
   * Unlinks an identity if the customer has another way to log in, and ends all sessions of the customer.
   *
   * @throws Failure `customer_not_found`, `identity_not_found`, `last_login_way`
   */
  async unlink(id: string, identityId: string, reach: Reach): Promise<void> {
    await this.customers.assertVisible(id, reach);
    await this.identities.unlink(id, identityId);
  }

  /** Lists the second factors of a customer, active or pending. @throws Failure `customer_not_found` */
  async secondFactorsOf(id: string, reach: Reach): Promise<SecondFactor[]> {
    await this.customers.assertVisible(id, reach);
    return this.secondFactors.findStored(id);
  }
}
