import { AsyncLocalStorage } from 'node:async_hooks';
import type { EntityManager } from '@mikro-orm/postgresql';

const storage = new AsyncLocalStorage<RequestScope>();

/** What one request, or one job, has to itself: its tenant, and an entity manager made when it is first asked for. */
export class RequestScope {
  /** The tenant that was entered. */
  tenant?: string;
  private own?: EntityManager;

  private constructor(private readonly root: EntityManager) {}

  /** Does work in a scope of its own. */
  static run<T>(root: EntityManager, work: () => T): T {
    return storage.run(new RequestScope(root), work);
  }

  static get current(): RequestScope | undefined {
    return storage.getStore();
  }

  /** Limited to the tenant; before one is entered, each of its queries throws. */
  get em(): EntityManager {
    if (!this.own) {
      this.own = this.root.fork({ disableContextResolution: true });
      this.limit();
    }
    return this.own;
  }

  enter(tenant: string): void {
    this.tenant = tenant;
    this.limit();
  }

  private limit(): void {
    if (this.tenant) this.own?.setFilterParams('tenant', { tenant: this.tenant });
  }
}
