import { AsyncLocalStorage } from 'node:async_hooks';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { TenantSettings } from './tenant-settings.js';

const storage = new AsyncLocalStorage<RequestScope>();

/** Who acts on others: an employee, a service, the operator at the command line, or a company's administrator. */
export interface Actor {
  kind: 'employee' | 'service' | 'operator' | 'customer';
  /** Employee id, client id, the operator's name, or customer number. */
  id: string;
}

/** Where a request comes from; of a job, nothing. */
export interface Origin {
  /** The network address. */
  address?: string;
  /** As the request tells, which may be anything. */
  userAgent?: string;
  /** By which the log names the request. */
  requestId?: string;
}

/** What one request, or one job, has to itself: its tenant, and an entity manager made when it is first asked for. */
export class RequestScope {
  /** The tenant that was entered. */
  tenant?: string;
  /** Its settings at that moment, for rules that know no service. */
  settings?: TenantSettings;
  /** The code of the store that the request is for, where a dialect names one. */
  store?: string;
  /** Who acts on others; undefined when customers and visitors act for themselves. */
  actor?: Actor;
  /** The customer whose token the request has. */
  customer?: string;
  /** The account whose password is tried, as the lockout knows it. */
  account?: string;
  /** Whether the actor is an employee in a customer's place, who may do what the customer may. */
  inCustomersPlace = false;
  /** Staff of these restrictions alone may see and change only their customers; undefined for no limit. */
  restrictions?: string[];
  /** The company whose administrator acts, and may see and change its customers alone. */
  company?: string;
  private own?: EntityManager;

  private constructor(
    private readonly root: EntityManager,
    readonly origin: Origin,
  ) {}

  /** Does work in a scope of its own. */
  static run<T>(root: EntityManager, work: () => T, origin: Origin = {}): T {
    return storage.run(new RequestScope(root, origin), work);
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

  enter(tenant: string, settings: TenantSettings): void {
    this.tenant = tenant;
    this.settings = settings;
    this.limit();
  }

  private limit(): void {
    if (this.tenant) this.own?.setFilterParams('tenant', { tenant: this.tenant });
  }
}
