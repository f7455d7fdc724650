import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure, invalid } from '../common/failure.js';
import { hashOf, randomToken } from '../common/secrets.js';
import { transaction, violates } from '../database/database.js';
import { staffScopes } from '../employee/staff-scopes.js';
import { type SecurityEvent, SecurityLog } from '../history/security-log.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { Client, type ClientKind } from '../tenants/client.entity.js';
import { TenantsService } from '../tenants/tenants.service.js';

export interface NewClient {
  /** The part of its id behind `{tenant}-`. */
  name: string;
  kind: ClientKind;
  scopes?: string[];
}

/** A secret, which is told this once: only its hash is stored. */
export interface Secret {
  id: string;
  secret: string;
}

/** Several, so that one can replace another without a pause. */
const MOST_SECRETS = 5;

/** The applications that ask a tenant for tokens. A change counts at once here, and within seconds elsewhere. */
@Injectable()
export class ClientsService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly sessions: SessionsService,
    private readonly securityLog: SecurityLog,
    private readonly clock: Clock,
  ) {}

  /** All of them, by id. */
  async list(): Promise<Client[]> {
    return this.em.find(Client, {}, { orderBy: { id: 'asc' } });
  }

  /** @throws Failure `client_not_found` */
  async get(id: string): Promise<Client> {
    const client = await this.em.findOne(Client, { id });
    if (!client) throw notFound(id);
    return client;
  }

  /**
   * Makes a client. A service gets a secret, which is told this once.
   *
   * @throws Failure `client_id_taken`, `invalid_input`
   */
  async create({ name, kind, scopes = [] }: NewClient): Promise<{ id: string; secret?: string }> {
    const tenant = this.tenants.current;
    const id = `${tenant}-${name}`;
    this.checkScopes(kind, scopes);
    const secret = kind === 'service' ? randomToken() : undefined;
    const secretHashes = secret === undefined ? [] : [hashOf(secret)];
    try {
      await this.em.insert(Client, { tenant, id, kind, secretHashes, scopes, createdAt: this.clock.now() });
    } catch (error) {
      if (violates(error, 'clients_pkey')) {
        throw new Failure('client_id_taken', { cause: error, facts: { client: id } });
      }
      throw error;
    }
    this.tenants.forget();
    this.securityLog.tell('client_created', { client: id });
    return { id, secret };
  }

  /**
   * Sets what a service may do; its tokens are dead at once if that is something else than before.
   *
   * @throws Failure `client_not_found`, `invalid_input`
   */
  async change(id: string, { scopes }: { scopes?: string[] }): Promise<Client> {
    return this.with(id, 'client_changed', async (client) => {
      if (!scopes) return client;
      this.checkScopes(client.kind, scopes);
      const same = sorted(scopes) === sorted(client.scopes);
      client.scopes = scopes;
      if (!same) await this.sessions.endAllOfClient(id);
      return client;
    });
  }

  /** Gives a service one more secret. @throws Failure `client_not_found`, `invalid_input` when it has enough */
  async addSecret(id: string): Promise<Secret> {
    const secret = randomToken();
    const hash = hashOf(secret);
    return this.with(id, 'client_secret_added', (client) => {
      if (client.kind !== 'service') throw invalid('kind', 'kind must be service: a storefront has no secret');
      if (client.secretHashes.length >= MOST_SECRETS) {
        throw invalid('secrets', `secrets must be no more than ${MOST_SECRETS}: revoke one first`);
      }
      client.secretHashes = [...client.secretHashes, hash];
      return { id: secretIdOf(hash), secret };
    });
  }

  /**
   * Makes a secret worthless; the service's tokens are dead at once.
   *
   * @throws Failure `client_not_found`, `secret_not_found`
   */
  async revokeSecret(id: string, secretId: string): Promise<void> {
    await this.with(id, 'client_secret_revoked', async (client) => {
      const kept = client.secretHashes.filter((hash) => secretIdOf(hash) !== secretId);
      if (kept.length === client.secretHashes.length) {
        throw new Failure('secret_not_found', { facts: { secret: secretId } });
      }
      client.secretHashes = kept;
      await this.sessions.endAllOfClient(id);
    });
  }

  /**
   * Removes a client; its tokens, and those of all who came through it, are dead at once.
   *
   * @throws Failure `client_not_found`
   */
  async remove(id: string): Promise<void> {
    await this.with(id, 'client_removed', async (client, em) => {
      em.remove(client);
      await this.sessions.endAllOfClient(id);
    });
  }

  /** Does work on a client that nobody else changes meanwhile. @throws Failure `client_not_found` */
  private async with<T>(
    id: string,
    event: SecurityEvent,
    work: (client: Client, em: EntityManager) => T | Promise<T>,
  ): Promise<T> {
    const done = await transaction(this.em, async (em) => {
      const client = await em.findOne(Client, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
      if (!client) throw notFound(id);
      return work(client, em);
    });
    this.tenants.forget();
    this.securityLog.tell(event, { client: id });
    return done;
  }

  /** @throws Failure `invalid_input` */
  private checkScopes(kind: ClientKind, scopes: string[]): void {
    if (kind === 'storefront' && scopes.length > 0) {
      throw invalid('scopes', 'scopes must be empty: a storefront asks for no token of staff');
    }
    const { restrictions } = this.tenants.settings;
    for (const whole of scopes) {
      const [scope = '', restriction, ...rest] = whole.split('--');
      if (!staffScopes.includes(scope)) throw invalid('scopes', `scopes must be among ${staffScopes.join(', ')}`);
      if (restriction === undefined) continue;
      // Who gives out every scope is not held back by a restriction.
      if (scope === 'foyer.admin') throw invalid('scopes', 'scopes must not limit foyer.admin: an admin has no limits');
      if (scope.startsWith('customermanagement.')) {
        throw invalid('scopes', 'scopes must not limit those of companies: companies have no restriction');
      }
      if (rest.length > 0 || !restrictions.includes(restriction)) {
        throw invalid(
          'scopes',
          `scopes must name restrictions of the tenant: ${restrictions.join(', ') || 'it has none'}`,
        );
      }
    }
  }
}

/** What a secret is called once it is stored: the first characters of its hash. */
export function secretIdOf(hash: string): string {
  return hash.slice(0, 12);
}

function sorted(scopes: string[]): string {
  return scopes.toSorted().join(' ');
}

function notFound(client: string): Failure {
  return new Failure('client_not_found', { facts: { client } });
}
