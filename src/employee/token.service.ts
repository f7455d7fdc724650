import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Failure } from '../common/failure.js';
import { hashOf } from '../common/secrets.js';
import { normalEmail } from '../common/email.js';
import { networkOf } from '../common/network-address.js';
import { Lockout } from '../credentials/lockout.js';
import { verifyPassword } from '../credentials/password-hash.js';
import { maskLockout } from '../credentials/mask-lockout.js';
import { requestRow, transaction } from '../database/database.js';
import { withNetwork } from '../database/known-networks.js';
import { SecurityLog } from '../history/security-log.js';
import { type AgentSessionStart, SessionsService } from '../sessions/sessions.service.js';
import { type AccessOnly, type IssuedTokens, agentScope } from '../sessions/signing/session-tokens.js';
import { TokenCheck } from '../sessions/access/token-check.js';
import type { AccessClaims } from '../sessions/signing/access-tokens.js';
import { Client } from '../tenants/client.entity.js';
import type { Origin } from '../tenants/request-scope.js';
import { type CachedClient, TenantsService } from '../tenants/tenants.service.js';
import { Employee, type EmployeeTables } from './employee.entity.js';
import { backofficeClientOf, employeeLifetimes, isBackofficeClient } from './backoffice-client.js';
import type { ClientCredentials } from './client-credentials.js';
import { hasRestrictedForm, isIssuable, parseScopes, scopesOfRole } from './employee-scopes.js';

/** The login e-mail and the password of an employee. */
export interface Credentials {
  email: string;
  password: string;
}

/** Tokens of services and employees. */
@Injectable()
export class TokenService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly sessions: SessionsService,
    private readonly lockout: Lockout,
    private readonly securityLog: SecurityLog,
    private readonly tokenCheck: TokenCheck,
  ) {}

  /** @throws Failure `client_rejected`, `scope_malformed`, `scope_rejected` */
  async forService(credentials: ClientCredentials, scope?: string): Promise<AccessOnly> {
    const { id: clientId, secret } = credentials;
    const client = await this.authenticateService(credentials);
    const issued = await transaction(this.em, async (em) => {
      // Cached clients may be seconds old. A secret that is revoked, even concurrently, must not start a session.
      const held = await em.findOne(Client, { id: clientId }, { lockMode: LockMode.PESSIMISTIC_READ, refresh: true });
      if (!held || !hasSecret(held, secret)) throw rejection(client);
      return this.sessions.startService(clientId, this.granted(held.scopes, scope));
    });
    this.securityLog.record('logged_in', { client: clientId });
    return issued;
  }

  /**
   * Issues tokens of the current tenant to an employee who may act for customers. They permit nothing else.
   *
   * @throws Failure `login_rejected`, `login_locked`, `access_denied`
   */
  async forAgent(credentials: Credentials, start: AgentSessionStart, origin: Origin): Promise<IssuedTokens> {
    const employee = await this.authenticate(credentials, origin);
    if (!scopesOfRole[employee.role].includes(agentScope)) throw new Failure('access_denied');
    return this.start(employee, start.client, () => this.sessions.startAgent(employee.id, start));
  }

  /**
   * @throws Failure `client_rejected`, `tenant_unknown`, `login_rejected`, `login_locked`, `scope_malformed`,
   * `scope_rejected`
   */
  async forEmployee(
    client: ClientCredentials,
    credentials: Credentials,
    origin: Origin,
    scope?: string,
  ): Promise<IssuedTokens> {
    const clientId = await this.authenticateClient(client);
    const employee = await maskLockout(this.tenants.settings, this.authenticate(credentials, origin));
    const lifetimes = employeeLifetimes(client.id, this.tenants.settings);
    return this.start(employee, clientId, () =>
      this.sessions.startEmployee(employee.id, clientId, this.granted(scopesOfRole[employee.role], scope), lifetimes),
    );
  }

  /** @throws Failure `client_rejected`, `tenant_unknown`, `refresh_rejected` */
  async refresh(client: ClientCredentials, refreshToken: string): Promise<IssuedTokens> {
    const clientId = await this.authenticateClient(client);
    const { settings } = this.tenants;
    const lifetimes = employeeLifetimes(client.id, settings);
    return this.sessions.refreshEmployee(refreshToken, clientId, lifetimes, (scope) =>
      isIssuable(scope, settings.restrictions),
    );
  }

  /**
   * Ends the session of a token that the client got. Any other token is ignored (RFC 7009 2.2).
   *
   * @throws Failure `client_rejected`, `tenant_unknown`
   */
  async revoke(client: ClientCredentials, token: string): Promise<void> {
    await this.sessions.revoke(token, await this.authenticateClient(client));
  }

  /**
   * Checks an access token for a service, in the tenant of the service.
   *
   * @param token any text
   * @returns the claims of the token; undefined unless it is a valid access token of this tenant
   * @throws Failure `client_rejected`
   */
  async introspect(client: ClientCredentials, token: string): Promise<AccessClaims | undefined> {
    await this.authenticateService(client);
    try {
      return await this.tokenCheck.assertValid(token);
    } catch (error) {
      if (error instanceof Failure && ['token_invalid', 'token_expired'].includes(error.code)) return undefined;
      throw error;
    }
  }

  /**
   * Checks that an employee is not locked, without an attempt to authenticate.
   *
   * @throws Failure `login_locked`
   */
  async assertNotLocked(email: string, { address }: Origin): Promise<void> {
    const { key, network, known } = await this.find(email, address);
    this.lockout.assertNotLocked(await this.lockout.locksOf(key, network, known));
  }

  /** Locks the employee. A concurrent change of the employee either commits first or ends the new session. */
  private async start<T>(
    { id, role, passwordHash }: Employee,
    clientId: string,
    startSession: () => Promise<T>,
  ): Promise<T> {
    const issued = await transaction(this.em, async (em) => {
      const unchanged = { id, role, passwordHash, active: true };
      const held = await em.findOne(Employee, unchanged, { lockMode: LockMode.PESSIMISTIC_READ, refresh: true });
      if (!held) throw new Failure('login_rejected');
      return startSession();
    });
    this.securityLog.record('logged_in', { employee: id, client: clientId });
    return issued;
  }

  /**
   * Checks the password of an active employee of the current tenant.
   *
   * @throws Failure `login_rejected`, `login_locked`
   */
  async authenticate({ email, password }: Credentials, { address }: Origin): Promise<Employee> {
    const { found, key, network, known } = await this.find(email, address);
    const employee = await this.lockout.guard(
      key,
      network,
      () => this.lockout.locksOf(key, network, known),
      async () => {
        const matches = await verifyPassword(found?.passwordHash, password);
        return found?.active && matches ? found : undefined;
      },
    );
    if (!employee) throw new Failure('login_rejected');
    if (employee.knownNetworks[0] !== network) {
      await this.em
        .getKysely<EmployeeTables>()
        .updateTable('employees as e')
        .from(requestRow({ network: ['text', network] }).as('request'))
        .set({ known_networks: sql.raw<string[]>(withNetwork('e', 'request.network')) })
        .where('e.tenant', '=', this.tenants.current)
        .where('e.id', '=', employee.id)
        .execute();
    }
    return employee;
  }

  /** Finds an employee, with the key and the origin of the lockout. */
  private async find(email: string, address: string | undefined) {
    const key = this.lockout.keyOf('staff', normalEmail(email));
    const found = await this.em.findOne(Employee, { email: normalEmail(email) });
    const network = networkOf(address);
    return { found, key, network, known: found?.knownNetworks.includes(network) ?? false };
  }

  /**
   * Authenticates a client, and enters its tenant: the one in the request for the client of the back office, else the one
   * that the client id implies. RFC 6749 4.3.2: a client that has a secret must authenticate with it.
   *
   * @returns the id of the client in sessions
   * @throws Failure `client_rejected`, `tenant_unknown`
   */
  private async authenticateClient({ id, secret, tenant }: ClientCredentials): Promise<string> {
    if (isBackofficeClient(id)) {
      await this.tenants.enter(tenant ?? '');
      return backofficeClientOf(this.tenants.current);
    }
    const client = await this.client(id);
    if (client.kind === 'service' && !hasSecret(client, secret)) throw rejection(client);
    return id;
  }

  /** Authenticates a service with its secret, and enters its tenant. @throws Failure `client_rejected` */
  private async authenticateService({ id, secret }: ClientCredentials): Promise<CachedClient> {
    const client = await this.client(id);
    if (client.kind !== 'service' || !hasSecret(client, secret)) throw rejection(client);
    return client;
  }

  /** Enters the tenant that the client id implies. */
  private async client(id: string): Promise<CachedClient> {
    try {
      await this.tenants.enter(id.split('-')[0] ?? '');
    } catch (error) {
      if (error instanceof Failure) throw new Failure('client_rejected', { cause: error });
      throw error;
    }
    const client = this.tenants.client(id);
    if (!client) throw new Failure('client_rejected');
    return client;
  }

  /**
   * Returns the scope of the token: the requested scopes, or all if none are requested. It always contains the tenant.
   * A stored scope with a restriction that the tenant no longer has is left out.
   *
   * @throws Failure `scope_malformed`, `scope_rejected`
   */
  private granted(held: string[], requested = ''): string {
    const tenant = `tenant=${this.tenants.current}`;
    const { restrictions } = this.tenants.settings;
    const issuable = (scope: string): boolean => isIssuable(scope, restrictions);
    if (!requested) return [...held.filter(issuable), tenant].join(' ');
    const scopes = parseScopes(requested)?.filter((scope) => scope !== tenant);
    if (!scopes) throw new Failure('scope_malformed');
    // `customer.customer_read` includes `customer.customer_read--DE`.
    const unrestricted = (scope: string): string => (hasRestrictedForm(scope) ? scope.replace(/--.*/, '') : scope);
    const isHeld = (scope: string): boolean => held.includes(scope) || held.includes(unrestricted(scope));
    const rejected = scopes.find((scope) => !issuable(scope) || !isHeld(scope));
    if (rejected) throw new Failure('scope_rejected', { facts: { scope: rejected } });
    return [...scopes, tenant].join(' ');
  }
}

/** The failure for an existing client. */
function rejection({ id }: CachedClient): Failure {
  return new Failure('client_rejected', { facts: { client: id } });
}

function hasSecret({ secretHashes }: CachedClient, secret: string): boolean {
  return secretHashes.includes(hashOf(secret));
}
