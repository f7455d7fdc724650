import { LRUCache } from 'lru-cache';

interface Entry<Value> {
  tenant: string;
  value: Value;
  readAt: Date;
  bytes: number;
}

/** The value that a document is parsed into, and an estimate of its memory. */
export interface Loaded<Value> {
  value: Value;
  bytes: number;
}

/**
 * A cache of documents of identity providers, bounded in bytes: in total, and for each tenant, because the tenant's
 * administrator chooses the providers. Beyond the share of a tenant, its own least recently used entries are evicted.
 * Documents that cannot be read are not cached.
 */
export class ProviderCache<Value> {
  private readonly entries: LRUCache<string, Entry<Value>>;
  private readonly loading = new Map<string, Promise<Value>>();
  /** By tenant; only tenants with an entry. */
  private readonly bytes = new Map<string, number>();

  /** @param limits in bytes */
  constructor(private readonly limits: { total: number; tenant: number }) {
    this.entries = new LRUCache<string, Entry<Value>>({
      maxSize: limits.total,
      sizeCalculation: ({ bytes }) => bytes,
      dispose: ({ tenant, bytes }) => this.count(tenant, -bytes),
    });
  }

  /**
   * @param notBefore an entry that was read before this time is read again
   * @param now the time at which the entry is read
   * @param load is called once for all concurrent callers of the same entry
   */
  async get(
    tenant: string,
    url: string,
    { notBefore, now }: { notBefore: Date; now: Date },
    load: () => Promise<Loaded<Value>>,
  ): Promise<Value> {
    const key = `${tenant} ${url}`;
    const entry = this.entries.get(key);
    if (entry && entry.readAt > notBefore) return entry.value;
    let loading = this.loading.get(key);
    if (!loading) {
      loading = this.load(tenant, key, now, load).finally(() => this.loading.delete(key));
      this.loading.set(key, loading);
    }
    return loading;
  }

  /** The total size of a tenant's entries, in bytes. */
  bytesOf(tenant: string): number {
    return this.bytes.get(tenant) ?? 0;
  }

  private async load(tenant: string, key: string, now: Date, load: () => Promise<Loaded<Value>>): Promise<Value> {
    try {
      const { value, bytes } = await load();
      this.keep(key, { tenant, value, readAt: now, bytes: bytes + 2 * key.length });
      return value;
    } catch (error) {
      this.entries.delete(key);
      throw error;
    }
  }

  private keep(key: string, entry: Entry<Value>): void {
    const { tenant, bytes } = entry;
    this.entries.delete(key);
    if (bytes > this.limits.tenant) return;
    for (const oldest of this.entries.rkeys()) {
      if (this.bytesOf(tenant) + bytes <= this.limits.tenant) break;
      if (this.entries.peek(oldest)?.tenant === tenant) this.entries.delete(oldest);
    }
    this.count(tenant, bytes);
    this.entries.set(key, entry);
  }

  private count(tenant: string, bytes: number): void {
    const total = this.bytesOf(tenant) + bytes;
    if (total > 0) this.bytes.set(tenant, total);
    else this.bytes.delete(tenant);
  }
}
