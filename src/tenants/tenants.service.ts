import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Config } from '../config/config.js';
import { Failure } from '../common/failure.js';
import { Client } from './client.entity.js';
import { RequestScope } from './request-scope.js';
import { Tenant } from './tenant.entity.js';
import { StoredSettings, TenantSettings, merged, settingsInForce } from './tenant-settings.js';

/** `^[a-z][a-z0-9]+$`, 3 to 16 characters: the vendor's form of a tenant's name. */
const TENANT_NAME = /^[a-z][a-z0-9]{2,15}$/;

/** Tenants and clients are read from memory this long: a change made by another process counts after it. */
const MEMORY_SECONDS = 5;

interface Known {
  settings: TenantSettings;
  clients: Map<string, Client>;
  until: Date;
}

/** Which tenants there are, and which of them the current request belongs to. */
@Injectable()
export class TenantsService {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /**
   * Makes `name` the tenant of the current request: from here on every query sees its rows only.
   *
   * @throws Failure `tenant_unknown`
   */
  async enter(name: string): Promise<void> {
    if (!TENANT_NAME.test(name)) throw new Failure('tenant_unknown');
    if (!this.remembered(name)) await this.remember(name);
    if (!RequestScope.current) throw new Error('A tenant is entered within a request or a job');
    RequestScope.current.enter(name);
  }

  /** The tenant that the current request entered. */
  get current(): string {
    const tenant = RequestScope.current?.tenant;
    if (!tenant) throw new Error('No tenant was entered');
    return tenant;
  }

  /** The code of the store that the request is for; the tenant's first one where none is named. */
  get store(): string {
    const named = RequestScope.current?.store ?? this.config.stores.find(({ tenant }) => tenant === this.current)?.code;
    return named ?? this.current.toUpperCase();
  }

  /** The settings in force for the current tenant. */
  get settings(): TenantSettings {
    const known = this.known.get(this.current);
    if (!known) throw new Error('No tenant was entered');
    return known.settings;
  }

  /** The current tenant's client of that id, if there is one. */
  client(id: string): Client | undefined {
    return this.known.get(this.current)?.clients.get(id);
  }

  /** Stores settings over those the current tenant has; in force at once here, elsewhere within seconds. */
  async change(changes: StoredSettings): Promise<void> {
    const tenant = await this.em.findOneOrFail(Tenant, { name: this.current });
    tenant.settings = merged(tenant.settings, changes);
    await this.em.flush();
    await this.remember(tenant.name);
  }

  /** Reads anew at the next request, after tenants or clients were changed past this service. */
  forget(): void {
    for (const known of this.known.values()) known.until = this.clock.now();
  }

  private remembered(name: string): boolean {
    const known = this.known.get(name);
    return known !== undefined && known.until > this.clock.now();
  }

  private async remember(name: string): Promise<void> {
    const em = this.em.fork();
    em.setFilterParams('tenant', { tenant: name });
    const [tenant, clients] = await Promise.all([em.findOne(Tenant, { name }), em.find(Client, {})]);
    if (!tenant) throw new Failure('tenant_unknown');
    this.known.set(name, {
      settings: settingsInForce(tenant.settings),
      clients: new Map(clients.map((client) => [client.id, client])),
      until: this.clock.in(MEMORY_SECONDS),
    });
  }
}
