import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure, invalid } from '../common/failure.js';
import { mergePatch } from '../common/merge-patch.js';
import { opened, sealed, sealingKey } from '../common/sealing.js';
import { transaction } from '../database/database.js';
import { Config } from '../config/config.js';
import { Client } from './client.entity.js';
import { withSealedSecrets } from './provider-secrets.js';
import { RequestScope } from './request-scope.js';
import { Tenant } from './tenant.entity.js';
import { SettingsPatch, TenantSettings, settingsInForce } from './tenant-settings.js';

/** `^[a-z][a-z0-9]+$`, 3 to 16 characters: the vendor's form of a tenant's name. */
const TENANT_NAME = /^[a-z][a-z0-9]{2,15}$/;

/** Tenants and clients are read from memory this long: a change made by another process counts after it. */
const MEMORY_SECONDS = 5;

/** What a sealed secret of the settings begins with. */
const SEALED = 'sealed:';

interface Known {
  settings: TenantSettings;
  clients: Map<string, Client>;
  until: Date;
}

/** Which tenants there are, and which of them the current request belongs to. */
@Injectable()
export class TenantsService {
  private readonly known = new Map<string, Known>();
  private readonly sealingKey: Buffer;

  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {
    this.sealingKey = sealingKey(config.secret, 'settings');
  }

  /**
   * Makes `name` the tenant of the current request: from here on every query sees its rows only.
   *
   * @throws Failure `tenant_unknown`
   */
  async enter(name: string): Promise<void> {
    const settings = await this.settingsOf(name);
    if (!settings) throw new Failure('tenant_unknown');
    if (!RequestScope.current) throw new Error('A tenant is entered within a request or a job');
    RequestScope.current.enter(name, settings);
  }

  /** The settings in force of any tenant, also before one is entered; undefined where there is no such tenant. */
  async settingsOf(name: string): Promise<TenantSettings | undefined> {
    if (!TENANT_NAME.test(name)) return undefined;
    if (!this.isFresh(name)) await this.remember(name);
    return this.remembered(name);
  }

  /** The same from memory alone, where it may be out of date; undefined unless somebody asked for it before. */
  remembered(name: string): TenantSettings | undefined {
    return this.known.get(name)?.settings;
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

  /**
   * Changes settings of the current tenant; in force at once here, elsewhere within seconds. Of two changes at once,
   * the second is made over the first.
   *
   * @param agree is asked within the transaction, and throws when the change may not be
   * @returns the settings in force from now on
   */
  async change(
    patch: SettingsPatch,
    agree: (before: TenantSettings, after: TenantSettings) => Promise<void> = () => Promise.resolve(),
  ): Promise<TenantSettings> {
    const name = this.current;
    const after = await transaction(this.em, async (em) => {
      const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
      const tenant = await em.findOneOrFail(Tenant, { name }, lock);
      const before = settingsInForce(tenant.settings);
      const sealedPatch = withSealedSecrets(patch, tenant.settings, (secret) => this.seal(secret));
      tenant.settings = mergePatch(tenant.settings, sealedPatch);
      const settings = settingsInForce(tenant.settings);
      await agree(before, settings);
      return settings;
    });
    await this.remember(name);
    return after;
  }

  /**
   * A secret of the settings, as it was given.
   *
   * @throws Error when it was sealed with another secret of the service
   */
  secret(stored: string): string {
    if (!stored.startsWith(SEALED)) return stored;
    return opened(this.sealingKey, Buffer.from(stored.slice(SEALED.length), 'base64url'), this.current) as string;
  }

  /**
   * Makes a tenant, with the default settings.
   *
   * @returns whether it is new
   * @throws Failure `invalid_input`
   */
  async create(name: string): Promise<boolean> {
    if (!TENANT_NAME.test(name)) {
      throw invalid('name', 'name must have 3 to 16 lower-case letters and digits, and begin with a letter');
    }
    const made = await this.em.execute<unknown[]>(
      'insert into tenants (name, settings) values (?, ?) on conflict do nothing returning name',
      [name, '{}'],
    );
    return made.length > 0;
  }

  /** The tenants there are, by name. */
  async list(): Promise<Tenant[]> {
    return this.em.find(Tenant, {}, { orderBy: { name: 'asc' } });
  }

  /** Reads anew at the next request, after tenants or clients were changed past this service. */
  forget(): void {
    for (const known of this.known.values()) known.until = this.clock.now();
  }

  private seal(secret: string): string {
    return SEALED + sealed(this.sealingKey, secret, this.current).toString('base64url');
  }

  private isFresh(name: string): boolean {
    const known = this.known.get(name);
    return known !== undefined && known.until > this.clock.now();
  }

  private async remember(name: string): Promise<void> {
    const em = this.em.fork();
    em.setFilterParams('tenant', { tenant: name });
    const [tenant, clients] = await Promise.all([em.findOne(Tenant, { name }), em.find(Client, {})]);
    if (!tenant) {
      this.known.delete(name);
      return;
    }
    this.known.set(name, {
      settings: settingsInForce(tenant.settings),
      clients: new Map(clients.map((client) => [client.id, client])),
      until: this.clock.in(MEMORY_SECONDS),
    });
  }
}
