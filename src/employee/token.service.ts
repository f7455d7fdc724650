import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Failure } from '../common/failure.js';
import { hashOf } from '../common/secrets.js';
import { normalEmail } from '../common/email.js';
import { Lockout } from '../credentials/lockout.js';
import { verifyPassword } from '../credentials/password-hash.js';
import { refusedAlike } from '../credentials/refused-alike.js';
import { transaction } from '../database/database.js';
import { SecurityLog } from '../history/security-log.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { Client } from '../tenants/client.entity.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Employee } from './employee.entity.js';
import { scopesOf } from './staff-scopes.js';

interface Credentials {
  email: string;
  password: string;
}

type StaffTokens = Awaited<ReturnType<SessionsService['startStaff']>>;

/** Tokens of services and employees. */
@Injectable()
export class TokenService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly sessions: SessionsService,
    private readonly lockout: Lockout,
    private readonly securityLog: SecurityLog,
  ) {}

  /** @throws Failure `client_refused`, `scope_refused` */
  async forService(clientId: string, secret: string, scope?: string): Promise<StaffTokens> {
    const client = await this.client(clientId);
    if (client.kind !== 'service' || !knows(client, secret)) throw refused(client);
    const issued = await transaction(this.em, async (em) => {
      // What is remembered may be seconds old: a secret that was revoked, or is at this moment, must not start a
      // session.
      const held = await em.findOne(Client, { id: clientId }, { lockMode: LockMode.PESSIMISTIC_READ, refresh: true });
      if (!held || !knows(held, secret)) throw refused(client);
      return this.sessions.startStaff('service', clientId, clientId, this.granted(held.scopes, scope));
    });
    this.securityLog.tell('logged_in', { client: clientId });
    return issued;
  }

  /**
   * A token of the current tenant for an employee who may act for customers; it is good for that alone.
   *
   * @param lifetime in seconds
   * @throws Failure `login_refused`, `login_locked`, `access_refused`
   */
  async forAgent(credentials: Credentials, lifetime: number): Promise<StaffTokens> {
    const employee = await this.prove(credentials);
    const scope = 'customer.assistedBuying_manage';
    if (!scopesOf[employee.role].includes(scope)) throw new Failure('access_refused');
    return this.start(employee, undefined, scope, lifetime);
  }

  /** @throws Failure `client_refused`, `login_refused`, `login_locked`, `scope_refused` */
  async forEmployee(clientId: string, secret: string, credentials: Credentials, scope?: string): Promise<StaffTokens> {
    const client = await this.client(clientId);
    // RFC 6749 4.3.2: a client that has a secret proves it here too.
    if (client.kind === 'service' && !knows(client, secret)) throw refused(client);
    const employee = await refusedAlike(this.tenants.settings, this.prove(credentials));
    return this.start(employee, clientId, scope);
  }

  /** Of a change of the employee at this moment and the new session, the change comes first, or ends the session. */
  private async start(
    employee: Employee,
    clientId: string | undefined,
    scope?: string,
    lifetime?: number,
  ): Promise<StaffTokens> {
    const { id, role, passwordHash } = employee;
    const issued = await transaction(this.em, async (em) => {
      const unchanged = { id, role, passwordHash, active: true };
      const held = await em.findOne(Employee, unchanged, { lockMode: LockMode.PESSIMISTIC_READ, refresh: true });
      if (!held) throw new Failure('login_refused');
      return this.sessions.startStaff('employee', id, clientId, this.granted(scopesOf[role], scope), lifetime);
    });
    this.securityLog.tell('logged_in', { employee: id, client: clientId });
    return issued;
  }

  /** @throws Failure `login_refused`, `login_locked` */
  private async prove({ email, password }: Credentials): Promise<Employee> {
    const key = this.lockout.keyOf('staff', normalEmail(email));
    const employee = await this.lockout.guard(
      key,
      () => this.lockout.locksOf(key),
      async () => {
        const found = await this.em.findOne(Employee, { email: normalEmail(email) });
        const matches = await verifyPassword(found?.passwordHash, password);
        return found?.active && matches ? found : undefined;
      },
    );
    if (!employee) throw new Failure('login_refused');
    return employee;
  }

  /** Enters the tenant that the client id implies. */
  private async client(id: string): Promise<Client> {
    try {
      await this.tenants.enter(id.split('-')[0] ?? '');
    } catch (error) {
      if (error instanceof Failure) throw new Failure('client_refused', { cause: error });
      throw error;
    }
    const client = this.tenants.client(id);
    if (!client) throw new Failure('client_refused');
    return client;
  }

  /** The scope of the token: those asked for, or all. It always holds the tenant. */
  private granted(held: string[], asked = ''): string {
    const tenant = `tenant=${this.tenants.current}`;
    const wanted = asked.split(' ').filter((scope) => scope && scope !== tenant);
    // `customer.customer_read--DE` is a part of `customer.customer_read`; administration has no parts.
    const whole = (scope: string): string => (scope.startsWith('customer.') ? scope.replace(/--.*/, '') : scope);
    const beyond = wanted.find((scope) => !held.includes(scope) && !held.includes(whole(scope)));
    if (beyond) throw new Failure('scope_refused', { facts: { scope: beyond } });
    return [...(asked.trim() ? wanted : held), tenant].join(' ');
  }
}

/** Of a client that is known. */
function refused({ id }: Client): Failure {
  return new Failure('client_refused', { facts: { client: id } });
}

function knows({ secretHashes }: Client, secret: string): boolean {
  return secretHashes.includes(hashOf(secret));
}
