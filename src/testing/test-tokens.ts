import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { LoginService } from '../auth/login.service.js';
import { tokenLifetimes } from '../auth/token-lifetimes.js';
import { employeeLifetimes } from '../employee/backoffice-client.js';
import { Employee, type Role } from '../employee/employee.entity.js';
import { scopesOfRole, serviceScopes } from '../employee/employee-scopes.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** The tokens of a customer. */
interface CustomerTokens {
  token: string;
  refreshToken: string;
  sessionId: string;
}

/** Issues tokens without a login, because checking a password would take much longer. */
@Injectable()
export class TestTokens {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly logins: LoginService,
    private readonly sessions: SessionsService,
  ) {}

  /** @param client the client id of the storefront */
  async forCustomer(customerNumber: string, client: string): Promise<CustomerTokens> {
    const lifetimes = tokenLifetimes(this.tenants.settings);
    const start = { from: { client }, lifetimes, origin: {} };
    const { accessToken, refreshToken, sessionId } = await this.logins.enter(customerNumber, start);
    return { token: accessToken, refreshToken, sessionId };
  }

  /** @returns an access token with the scopes of the role */
  async forEmployee(email: string, role: Role, client: string): Promise<string> {
    const { id } = await this.em.findOneOrFail(Employee, { email });
    const lifetimes = employeeLifetimes(client, this.tenants.settings);
    const { accessToken } = await this.sessions.startEmployee(id, client, this.scope(scopesOfRole[role]), lifetimes);
    return accessToken;
  }

  /** @returns an access token with all scopes */
  async forService(client: string): Promise<string> {
    return (await this.sessions.startService(client, this.scope(serviceScopes))).accessToken;
  }

  private scope(scopes: string[]): string {
    return [...scopes, `tenant=${this.tenants.current}`].join(' ');
  }
}
