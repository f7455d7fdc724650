import { Injectable } from '@nestjs/common';
import { Failure } from '../common/failure.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { AccessTokens } from '../sessions/access-tokens.js';
import { IssuedTokens, SessionsService } from '../sessions/sessions.service.js';
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
  ) {}

  /** @throws Failure `login_refused` */
  async login(email: string, password: string, anonymousSessionId: string): Promise<Login> {
    const { customerId, initialPassword } = await this.accounts.authenticate(email, password);
    return this.start(customerId, anonymousSessionId, initialPassword);
  }

  /** @throws Failure `mailed_token_refused`, `awaits_activation` when an employee has to activate the account too */
  async optIn(token: string, anonymousSessionId: string): Promise<Login> {
    const { customerId, mayLogIn } = await this.signup.confirm(token);
    if (!mayLogIn) throw new Failure('awaits_activation');
    return this.start(customerId, anonymousSessionId, false);
  }

  private async start(customerId: string, anonymousSessionId: string, initialPassword: boolean): Promise<Login> {
    const tokens = await this.sessions.startCustomer(customerId, anonymousSessionId);
    const { lifetimes } = this.tenants.settings;
    const saasToken = this.tokens.signSaas(this.tenants.current, customerId, lifetimes.saasToken);
    return { ...tokens, saasToken, initialPassword };
  }
}
