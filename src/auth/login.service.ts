import { Injectable } from '@nestjs/common';
import { Failure } from '../common/failure.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { SecurityLog } from '../history/security-log.js';
import { AccessTokens } from '../sessions/signing/access-tokens.js';
import type { Caller } from '../sessions/access/caller.js';
import { SessionCheck } from '../sessions/access/session-check.js';
import { SessionsService, type SessionStart } from '../sessions/sessions.service.js';
import type { IssuedTokens, TokenLifetimes } from '../sessions/signing/session-tokens.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type Authenticated, LoginStart } from './login-start.js';
import { OptInService } from './opt-in.service.js';

/** The tokens of a login, and further data of its response. */
export interface Login extends IssuedTokens {
  saasToken: string;
  initialPassword: boolean;
}

/** Turns a visitor's session into a customer's session. */
@Injectable()
export class LoginService {
  constructor(
    private readonly tenants: TenantsService,
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly sessionCheck: SessionCheck,
    private readonly tokens: AccessTokens,
    private readonly optIns: OptInService,
    private readonly loginStart: LoginStart,
    private readonly securityLog: SecurityLog,
  ) {}

  /**
   * @throws Failure `login_rejected`, `login_locked` after too many rejected logins, `token_invalid` when the visitor's
   * session is no longer valid
   */
  async login(email: string, password: string, start: SessionStart): Promise<Login> {
    try {
      const proof = await this.accounts.authenticate(email, password, start.origin);
      return await this.start(proof, start);
    } catch (error) {
      // An invalid token must not allow password guesses. A successful login checks the token in its own statement.
      const rejected = error instanceof Failure && ['login_rejected', 'login_locked'].includes(error.code);
      if (rejected && 'visitor' in start.from) await this.sessionCheck.check(start.from.visitor);
      throw error;
    }
  }

  /**
   * Confirms the address of a customer, and logs the customer in.
   *
   * @returns undefined if the address is confirmed, but an employee must activate the account before the first login
   * @throws Failure `mailed_token_rejected`
   */
  async optIn(token: string, start: SessionStart): Promise<Login | undefined> {
    const { customerId, mayLogIn } = await this.optIns.confirm(token);
    return mayLogIn ? this.start({ customerId }, start) : undefined;
  }

  /**
   * Logs in a customer who was authenticated without a password. Joins the caller's transaction.
   *
   * @throws Failure `login_rejected`, `token_invalid`
   */
  async enter(customerId: string, start: SessionStart): Promise<Login> {
    return this.start({ customerId }, start);
  }

  /**
   * Refreshes a customer's session, for the client that the Bearer token was issued to. The client must belong to the
   * tenant. An employee who acts for a customer cannot refresh the session.
   *
   * @param legalEntityId the company to act for from now on; if omitted, the company is unchanged
   * @throws Failure `refresh_rejected`, `invalid_input`
   */
  async refresh(
    { clientId, actorId }: Pick<Caller, 'clientId' | 'actorId'>,
    refreshToken: string,
    lifetimes: TokenLifetimes,
    legalEntityId?: string,
  ): Promise<IssuedTokens> {
    if (actorId || !clientId || !this.tenants.client(clientId)) throw new Failure('refresh_rejected');
    return this.sessions.refreshCustomer(refreshToken, lifetimes, clientId, legalEntityId);
  }

  private async start(authenticated: Authenticated, start: SessionStart): Promise<Login> {
    const { customerId, initialPassword = false } = authenticated;
    const tokens = await this.loginStart.start(authenticated, start);
    this.securityLog.record('logged_in', { customer: customerId });
    const { lifetimes } = this.tenants.settings;
    const saasToken = this.tokens.signSaas(this.tenants.current, customerId, lifetimes.saasToken);
    return { ...tokens, saasToken, initialPassword };
  }
}
