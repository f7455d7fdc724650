import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { Failure, invalid } from '../common/failure.js';
import { mergePatch } from '../common/merge-patch.js';
import { seal, sealingKey, unseal } from '../common/sealing.js';
import { forUpdate, transaction, violates } from '../database/database.js';
import { Config } from '../config/config.js';
import { Client } from './client.entity.js';
import { withSealedSecrets } from './provider-secrets.js';
import { RequestScope } from './request-scope.js';
import { Tenant, type TenantTables } from './tenant.entity.js';
import { effectiveSettings } from './strict.js';
import { SettingsPatch, StoredSettings, TenantSettings } from './tenant-settings.js';

/** `^[a-z][a-z0-9]+$`, 3 to 16 characters: the vendor's form of a tenant's name. */
const TENANT_NAME = /^[a-z][a-z0-9]{2,15}$/;

/** The lifetime of cached tenants and clients, after which a change by another process applies. */
const CACHE_SECONDS = 5;

/** The prefix of a sealed secret in the settings. */
const SEALED = 'sealed:';

/** Without the scopes: the clients of a tenant can have 40,000, and only token requests read them. */
const CACHED_FIELDS = ['tenant', 'id', 'kind', 'secretHashes'] as const;

export type CachedClient = Pick<Client, (typeof CACHED_FIELDS)[number]>;

interface CachedTenant {
  settings: TenantSettings;
  clients: Map<string, CachedClient>;
  /** In milliseconds since 1970. */
  loadedAt: number;
}

/** The tenants, and the tenant of the current request. */
@Injectable()
export class TenantsService {
  private readonly cache = new Map<string, CachedTenant>();
  /** Loads that are not complete, by tenant. Concurrent requests share them. */
  private readonly loading = new Map<string, Promise<void>>();
  private readonly sealingKey: Buffer;

  constructor(
    private readonly em: EntityManager,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {
    this.sealingKey = sealingKey(config.secret, 'settings');
  }

  /**
   * Makes `name` the tenant of the current request. From then on, every query returns only rows of this tenant.
   *
   * @throws Failure `tenant_unknown`
   */
  async enter(name: string): Promise<void> {
    const settings = await this.settingsOf(name);
    if (!settings) throw new Failure('tenant_unknown');
    const scope = RequestScope.current;
    if (!scope) throw new Error('A tenant is entered within a request or a job');
    scope.enter(name, settings);
  }

  /** The effective settings of any tenant, even before one is entered; undefined if there is no such tenant. */
  async settingsOf(name: string): Promise<TenantSettings | undefined> {
    if (!TENANT_NAME.test(name)) return undefined;
    if (!this.isFresh(name)) await (this.loading.get(name) ?? this.load(name));
    return this.cachedSettings(name);
  }

  /** The same from the cache alone, which may be out of date; undefined if the tenant is not cached. */
  cachedSettings(name: string): TenantSettings | undefined {
    return this.cache.get(name)?.settings;
  }

  /** The tenant that the current request entered. */
  get current(): string {
    const tenant = RequestScope.current?.tenant;
    if (!tenant) throw new Error('No tenant was entered');
    return tenant;
  }

  /** The code of the store that the request is for; by default the first store of the tenant. */
  get store(): string {
    const named = RequestScope.current?.store ?? this.config.stores.find(({ tenant }) => tenant === this.current)?.code;
    return named ?? this.current.toUpperCase();
  }

  /** The effective settings of the current tenant. */
  get settings(): TenantSettings {
    const cached = this.cache.get(this.current);
    if (!cached) throw new Error('No tenant was entered');
    return cached.settings;
  }

  /** The client of the current tenant with that id, if it is cached. */
  client(id: string): CachedClient | undefined {
    return this.cache.get(this.current)?.clients.get(id);
  }

  /**
   * Whether the current tenant has that client. A client that is not cached is looked up, because another process may
   * have created it a moment ago.
   */
  async hasClient(id: string): Promise<boolean> {
    return this.client(id) !== undefined || (await this.em.count(Client, { id })) > 0;
  }

  /**
   * Updates settings of the current tenant. The change applies at once in this process, and within seconds in others.
   * Of two concurrent changes, the second is applied to the result of the first.
   *
   * @param assertAllowed is called within the transaction, and throws if the change is not allowed
   * @returns the new effective settings
   */
  async change(
    patch: SettingsPatch,
    assertAllowed: (before: TenantSettings, after: TenantSettings) => Promise<void> = () => Promise.resolve(),
  ): Promise<TenantSettings> {
    const name = this.current;
    const after = await transaction(this.em, async (em) => {
      const tenant = await em.findOneOrFail(Tenant, { name }, forUpdate);
      const before = effectiveSettings(tenant.settings);
      const sealedPatch = withSealedSecrets(patch, tenant.settings, (secret) => this.seal(secret));
      const stored: StoredSettings = tenant.settings;
      tenant.settings = mergePatch(stored, sealedPatch);
      const settings = effectiveSettings(tenant.settings);
      await assertAllowed(before, settings);
      return settings;
    }).catch((error: unknown) => {
      if (!violates(error, 'tenants_settings_size')) throw error;
      throw invalid('', 'the settings of a tenant must be no larger than 256 KiB together');
    });
    await this.load(name);
    return after;
  }

  /**
   * Decrypts a secret of the settings.
   *
   * @throws Error if it was sealed with another secret of the service
   */
  openSecret(stored: string): string {
    if (!stored.startsWith(SEALED)) return stored;
    return unseal(this.sealingKey, Buffer.from(stored.slice(SEALED.length), 'base64url'), this.current) as string;
  }

  /**
   * Creates a tenant with the default settings.
   *
   * @returns whether it is new
   * @throws Failure `invalid_input`
   */
  async create(name: string): Promise<boolean> {
    if (!TENANT_NAME.test(name)) {
      throw invalid('name', 'name must have 3 to 16 lower-case letters and digits, and begin with a letter');
    }
    const created = await this.em
      .getKysely<TenantTables>()
      .insertInto('tenants')
      .values({ name })
      .onConflict((conflict) => conflict.doNothing())
      .returning('name')
      .execute();
    return created.length > 0;
  }

  /** Locks the current tenant until the caller's transaction ends, to serialise changes that all its rows decide on. */
  async lock(): Promise<void> {
    await this.em
      .getKysely<TenantTables>()
      .selectFrom('tenants')
      .select('name')
      .where('name', '=', this.current)
      .forNoKeyUpdate()
      .execute();
  }

  /** Lists the tenants by name. */
  async list(): Promise<Tenant[]> {
    return this.em.find(Tenant, {}, { orderBy: { name: 'asc' } });
  }

  /** Lists the names of the tenants that store values of a setting. */
  async namesWithSetting(setting: keyof StoredSettings): Promise<string[]> {
    const tenants = await this.em
      .getKysely<TenantTables>()
      .selectFrom('tenants')
      .select('name')
      .where(sql<boolean>`settings -> ${setting}::text is not null`)
      .orderBy('name')
      .execute();
    return tenants.map(({ name }) => name);
  }

  /** The name of the tenant if there is exactly one. */
  async onlyName(): Promise<string | undefined> {
    const [first, second] = await this.em
      .getKysely<TenantTables>()
      .selectFrom('tenants')
      .select('name')
      .limit(2)
      .execute();
    return second ? undefined : first?.name;
  }

  /** Makes the whole cache expire, after tenants or clients were changed without this service. */
  expireCache(): void {
    for (const cached of this.cache.values()) cached.loadedAt = 0;
    // Loads in progress may have started before the change.
    this.loading.clear();
  }

  private seal(secret: string): string {
    return SEALED + seal(this.sealingKey, secret, this.current).toString('base64url');
  }

  private isFresh(name: string): boolean {
    const cached = this.cache.get(name);
    if (!cached) return false;
    const age = this.clock.now().getTime() - cached.loadedAt;
    // The age is negative if the clock was set back.
    return age >= 0 && age < CACHE_SECONDS * 1000;
  }

  private load(name: string): Promise<void> {
    const loading = this.readIntoCache(name).finally(() => {
      if (this.loading.get(name) === loading) this.loading.delete(name);
    });
    this.loading.set(name, loading);
    return loading;
  }

  private async readIntoCache(name: string): Promise<void> {
    const em = this.em.fork();
    em.setFilterParams('tenant', { tenant: name });
    const [tenant, clients] = await Promise.all([
      em.findOne(Tenant, { name }),
      em.find(Client, {}, { fields: CACHED_FIELDS }),
    ]);
    if (!tenant) {
      this.cache.delete(name);
      return;
    }
    this.cache.set(name, {
      settings: effectiveSettings(tenant.settings),
      clients: new Map(clients.map((client) => [client.id, client])),
      loadedAt: this.clock.now().getTime(),
    });
  }
}
