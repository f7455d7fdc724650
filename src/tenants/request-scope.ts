import { AsyncLocalStorage } from 'node:async_hooks';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { TenantSettings } from './tenant-settings.js';

const storage = new AsyncLocalStorage<RequestScope>();

/** A caller who acts on customers: an employee, a service, the operator at the command line, or a company's Admin. */
export interface Actor {
  kind: 'employee' | 'service' | 'operator' | 'customer';
  /** Employee id, client id, the operator's name, or customer number. */
  id: string;
}

/** The origin of a request; empty for a job. */
export interface Origin {
  /** The network address in canonical form (`common/network-address.ts`). Its network is the key of limits. */
  address?: string;
  /** As sent by the client; not validated. */
  userAgent?: string;
  /** The id of the request in the log. */
  requestId?: string;
}

/**
 * The state of one request or job: its tenant, its caller, and an entity manager that is created on first use. The
 * caller is for logs, the history and limits. Services decide by the `Reach` that they receive, never by this.
 */
export class RequestScope {
  /** The tenant that was entered. */
  tenant?: string;
  /** Its settings at that moment, for validation rules without access to services. */
  settings?: TenantSettings;
  /** The code of the store that the request is for, if the API has stores. */
  store?: string;
  /** Undefined if customers and visitors act for themselves. */
  actor?: Actor;
  /** The customer whose token the request has. */
  customer?: string;
  /** The account of a login attempt, under the key of the lockout. */
  account?: string;
  /**
   * Called for a large response: streams it, and calls `release` when it is sent or the connection is closed. Undefined
   * where no response is sent, such as in a job.
   */
  holdUntilSent?: (release: () => void) => void;
  private own?: EntityManager;

  private constructor(
    private readonly root: EntityManager,
    readonly origin: Origin,
  ) {}

  /** Runs work in a new scope. */
  static run<T>(root: EntityManager, work: (scope: RequestScope) => T, origin: Origin = {}): T {
    const scope = new RequestScope(root, origin);
    return storage.run(scope, () => work(scope));
  }

  /** Read it only where no argument can carry the value: `eslint.config.js` lists the files that may. */
  static get current(): RequestScope | undefined {
    return storage.getStore();
  }

  /** Sets values of the current scope, if there is one. */
  static set(values: Partial<Pick<RequestScope, 'store' | 'actor' | 'customer' | 'account' | 'holdUntilSent'>>): void {
    Object.assign(storage.getStore() ?? {}, values);
  }

  /** Releases what a request has loaded: the scope lives as long as the response, or its connection, waits. */
  static release(scope = storage.getStore()): void {
    if (!scope) return;
    scope.own = undefined;
    scope.holdUntilSent = undefined;
  }

  /** Limited to the tenant. Its queries throw before a tenant is entered. */
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
