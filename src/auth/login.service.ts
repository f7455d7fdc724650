import { Injectable } from '@nestjs/common';
import { Failure } from '../common/failure.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { SecurityLog } from '../history/security-log.js';
import { AccessTokens } from '../sessions/access-tokens.js';
import type { Caller } from '../sessions/access.js';
import { IssuedTokens, SessionsService, type Spans, Start } from '../sessions/sessions.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { SignupService } from './signup.service.js';

/** What a login answers beside the tokens. */
export interface Login extends IssuedTokens {
  saasToken: string;
  initialPassword: boolean;
}

/** From visitor to customer. */
@Injectable()
export class LoginService {
  constructor(
    private readonly tenants: TenantsService,
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly tokens: AccessTokens,
    private readonly signup: SignupService,
    private readonly securityLog: SecurityLog,
  ) {}

  /**
   * @throws Failure `login_refused`, `login_locked` after too many refused ones, `token_invalid` when the visitor's
   * session is dead
   */
  async login(email: string, password: string, start: Start): Promise<Login> {
    try {
      const { customerId, passwordHash, initialPassword } = await this.accounts.authenticate(email, password);
      return await this.start(customerId, passwordHash, initialPassword, start);
    } catch (error) {
      // A dead token must not be good for trying passwords. A good login has asked in its own statement.
      const refused = error instanceof Failure && ['login_refused', 'login_locked'].includes(error.code);
      if (refused && 'visitor' in start.from) await this.sessions.check(start.from.visitor);
      throw error;
    }
  }

  /** @throws Failure `mailed_token_refused`, `awaits_activation` when an employee has to activate the account too */
  async optIn(token: string, start: Start): Promise<Login> {
    const { customerId, mayLogIn } = await this.signup.confirm(token);
    if (!mayLogIn) throw new Failure('awaits_activation');
    return this.start(customerId, null, false, start);
  }

  /**
   * Logs in whom something else than a password has proven. Joins the caller's transaction.
   *
   * @throws Failure `login_refused`, `token_invalid`
   */
  async enter(customerId: string, start: Start): Promise<Login> {
    return this.start(customerId, null, false, start);
  }

  /**
   * Carries a customer's session on, for the client that the bearer's token was given to: one of the tenant's. Who acts
   * for a customer carries nothing on.
   *
   * @param legalEntityId the company to act for from now on; without it, the same as before
   * @throws Failure `refresh_refused`, `invalid_input`
   */
  async refresh(
    { clientId, actorId }: Pick<Caller, 'clientId' | 'actorId'>,
    refreshToken: string,
    spans: Spans,
    legalEntityId?: string,
  ): Promise<IssuedTokens> {
    if (actorId || !clientId || !this.tenants.client(clientId)) throw new Failure('refresh_refused');
    return this.sessions.refreshCustomer(refreshToken, spans, clientId, legalEntityId);
  }

  private async start(
    customerId: string,
    passwordHash: string | null,
    initialPassword: boolean,
    start: Start,
  ): Promise<Login> {
    const tokens = await this.sessions.startCustomer(customerId, passwordHash, start);
    this.securityLog.tell('logged_in', { customer: customerId });
    const { lifetimes } = this.tenants.settings;
    const saasToken = this.tokens.signSaas(this.tenants.current, customerId, lifetimes.saasToken);
    return { ...tokens, saasToken, initialPassword };
  }
}
