import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure, invalid } from '../common/failure.js';
import { hashOf, randomToken } from '../common/secrets.js';
import { forUpdate, transaction, violates } from '../database/database.js';
import { collectionFull } from '../database/maximum.js';
import { isIssuable, serviceScopes } from '../employee/employee-scopes.js';
import type { Changes } from '../history/history-entry.entity.js';
import { History } from '../history/history.service.js';
import { SecurityLog } from '../history/security-log.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { Client, type ClientKind } from '../tenants/client.entity.js';
import { ResponseBudget } from '../tenants/response-budget.js';
import { TenantsService } from '../tenants/tenants.service.js';

export interface NewClient {
  /** The part of the client id after `{tenant}-`. */
  name: string;
  kind: ClientKind;
  scopes?: string[];
}

/** A secret. It is returned only once, on creation; only its hash is stored. */
export interface Secret {
  id: string;
  secret: string;
}

type ClientEvent = 'client_changed' | 'client_secret_added' | 'client_secret_revoked' | 'client_removed';

/** Several secrets allow a rotation without downtime. */
const MAX_SECRETS = 5;

/**
 * The maximum length in characters of all scopes of a client, joined with spaces. A token request has the same limit. A
 * token contains all scopes of its client.
 */
const MAX_SCOPES_LENGTH = 4000;

/**
 * The applications that request tokens of a tenant. A change applies at once in this process, and within seconds in
 * others.
 */
@Injectable()
export class ClientsService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly sessions: SessionsService,
    private readonly responses: ResponseBudget,
    private readonly history: History,
    private readonly securityLog: SecurityLog,
    private readonly clock: Clock,
  ) {}

  /** Lists all clients, sorted by id. @throws Failure `overloaded` */
  async list(): Promise<Client[]> {
    return this.responses.loadAndMeasure(() => this.em.find(Client, {}, { orderBy: { id: 'asc' } }));
  }

  /** @throws Failure `client_not_found` */
  async get(id: string): Promise<Client> {
    const client = await this.em.findOne(Client, { id });
    if (!client) throw notFound(id);
    return client;
  }

  /**
   * Creates a client. A service gets a secret, which is returned only once, on creation.
   *
   * @throws Failure `client_id_taken`, `invalid_input`, `collection_full`
   */
  async create({ name, kind, scopes = [] }: NewClient): Promise<{ id: string; secret?: string }> {
    const tenant = this.tenants.current;
    const id = `${tenant}-${name}`;
    this.checkScopes(kind, scopes);
    const secret = kind === 'service' ? randomToken() : undefined;
    const secretHashes = secret === undefined ? [] : [hashOf(secret)];
    try {
      await transaction(this.em, async (em) => {
        await em.insert(Client, { tenant, id, kind, secretHashes, scopes, createdAt: this.clock.now() });
        await this.history.recordForTenant('client_created', { client: id, to: { kind, scopes } });
      });
    } catch (error) {
      if (violates(error, 'clients_pkey')) {
        throw new Failure('client_id_taken', { cause: error, facts: { client: id } });
      }
      throw collectionFull(error) ?? error;
    }
    this.tenants.expireCache();
    this.securityLog.record('client_created', { client: id });
    return { id, secret };
  }

  /**
   * Sets the scopes of a service. If they change, its tokens are revoked at once.
   *
   * @throws Failure `client_not_found`, `invalid_input`
   */
  async change(id: string, { scopes }: { scopes?: string[] }): Promise<Client> {
    if (!scopes) return this.get(id);
    return this.with(id, 'client_changed', { to: { scopes } }, async (client) => {
      this.checkScopes(client.kind, scopes);
      const same = sorted(scopes) === sorted(client.scopes);
      client.scopes = scopes;
      if (!same) await this.sessions.endAllOfClient(id);
      return client;
    });
  }

  /** Creates another secret for a service. @throws Failure `client_not_found`, `invalid_input` at the maximum number */
  async addSecret(id: string): Promise<Secret> {
    const secret = randomToken();
    const hash = hashOf(secret);
    return this.with(id, 'client_secret_added', undefined, (client) => {
      if (client.kind !== 'service') throw invalid('kind', 'kind must be service: a storefront has no secret');
      if (client.secretHashes.length >= MAX_SECRETS) {
        throw invalid('secrets', `a service has at most ${MAX_SECRETS} secrets: revoke one first`);
      }
      client.secretHashes = [...client.secretHashes, hash];
      return { id: secretIdOf(hash), secret };
    });
  }

  /**
   * Revokes a secret, and all tokens of the service.
   *
   * @throws Failure `client_not_found`, `secret_not_found`
   */
  async revokeSecret(id: string, secretId: string): Promise<void> {
    await this.with(id, 'client_secret_revoked', undefined, async (client) => {
      const kept = client.secretHashes.filter((hash) => secretIdOf(hash) !== secretId);
      if (kept.length === client.secretHashes.length) {
        throw new Failure('secret_not_found', { facts: { secret: secretId } });
      }
      client.secretHashes = kept;
      await this.sessions.endAllOfClient(id);
    });
  }

  /**
   * Deletes a client. Its tokens, and those of its visitors and customers, are revoked at once.
   *
   * @throws Failure `client_not_found`
   */
  async remove(id: string): Promise<void> {
    await this.with(id, 'client_removed', undefined, async (client, em) => {
      em.remove(client);
      await this.sessions.endAllOfClient(id);
    });
  }

  /**
   * Runs work on a client while its row is locked, and records the event.
   *
   * @param changes for the history
   * @throws Failure `client_not_found`
   */
  private async with<T>(
    id: string,
    event: ClientEvent,
    changes: Changes | undefined,
    work: (client: Client, em: EntityManager) => T | Promise<T>,
  ): Promise<T> {
    const done = await transaction(this.em, async (em) => {
      const client = await em.findOne(Client, { id }, forUpdate);
      if (!client) throw notFound(id);
      const result = await work(client, em);
      await this.history.recordForTenant(event, { client: id, ...changes });
      return result;
    });
    this.tenants.expireCache();
    this.securityLog.record(event, { client: id });
    return done;
  }

  /** @throws Failure `invalid_input` */
  private checkScopes(kind: ClientKind, scopes: string[]): void {
    if (kind === 'storefront' && scopes.length > 0) {
      throw invalid('scopes', 'scopes must be empty for a storefront');
    }
    if (scopes.join(' ').length > MAX_SCOPES_LENGTH) {
      throw invalid('scopes', `scopes must have at most ${MAX_SCOPES_LENGTH} characters in total`);
    }
    const { restrictions } = this.tenants.settings;
    for (const restrictedScope of scopes) {
      const [scope = '', restriction] = restrictedScope.split('--');
      if (!serviceScopes.includes(scope))
        throw invalid('scopes', `each of scopes must be one of ${serviceScopes.join(', ')}`);
      if (restriction === undefined) continue;
      // A client that can grant every scope could bypass a restriction.
      if (scope === 'foyer.admin') throw invalid('scopes', 'scopes must not limit foyer.admin: an admin has no limits');
      if (scope.startsWith('customermanagement.')) {
        throw invalid('scopes', 'scopes must not limit those of companies: companies have no restriction');
      }
      if (!isIssuable(restrictedScope, restrictions)) {
        throw invalid(
          'scopes',
          `each suffix in scopes must be one of the tenant's restrictions: ${restrictions.join(', ') || 'it has none'}`,
        );
      }
    }
  }
}

/** The id of a stored secret: the first characters of its hash. */
export function secretIdOf(hash: string): string {
  return hash.slice(0, 12);
}

function sorted(scopes: string[]): string {
  return scopes.toSorted().join(' ');
}

function notFound(client: string): Failure {
  return new Failure('client_not_found', { facts: { client } });
}
