import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { keepCustomer } from '../customers/customers.fragments.js';
import { transaction } from '../database/database.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import {
  type Action,
  type ActorKind,
  type Changes,
  type CustomerAction,
  HistoryEntry,
  type HistoryTables,
  type TenantAction,
} from './history-entry.entity.js';

/** The service itself as an actor. */
const SYSTEM = { kind: 'system', id: 'foyer' } as const;

/** The actions on customers and on the tenant, and the customers' own events: actor, action, time and origin. */
@Injectable()
export class History {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Runs `work` on a customer and, if staff is the actor, adds an entry in the same transaction. An action of the
   * customer adds no entry and starts no transaction.
   */
  async runAudited<T>(
    customerId: string,
    action: CustomerAction,
    changes: Changes,
    work: () => Promise<T>,
  ): Promise<T> {
    if (!RequestScope.current?.actor) return work();
    return transaction(this.em, async () => {
      const done = await work();
      await this.add(customerId, action, changes);
      return done;
    });
  }

  /** Adds an entry in the caller's transaction, if staff is the actor. */
  async add(customerId: string, action: CustomerAction, changes: Changes): Promise<void> {
    await this.addToEach([customerId], action, changes);
  }

  /** Adds the same entry for many customers, in one statement. */
  async addToEach(customerIds: string[], action: CustomerAction, changes: Changes): Promise<void> {
    await this.addBy(['staff'], customerIds, action, changes);
  }

  /** Adds an entry by staff or, if the customer acts, an event of the customer. Joins the caller's transaction. */
  async record(customerId: string, action: CustomerAction, changes: Changes = {}): Promise<void> {
    await this.addBy(['staff', 'customer'], [customerId], action, changes);
  }

  /**
   * Adds an event of a customer, unless staff is the actor: the caller then adds the entry. Adds nothing if the customer
   * was deleted meanwhile. Joins the caller's transaction.
   */
  async recordOwn(customerId: string, action: CustomerAction, changes: Changes = {}): Promise<void> {
    await this.addBy(['customer'], [customerId], action, changes);
  }

  /**
   * Adds an event of a customer that another request causes. Does not contain its origin, which is that of another
   * person. Joins the caller's transaction.
   */
  async recordSystem(customerId: string, action: CustomerAction): Promise<void> {
    await this.insertOwn(customerId, { ...SYSTEM, address: null }, action, {});
  }

  /** Adds an entry about the tenant. Joins the caller's transaction. */
  async recordForTenant(action: TenantAction, changes: Changes): Promise<void> {
    await this.addBy(['staff', 'system'], [null], action, changes);
  }

  /** Adds entries if one of `kinds` acts. Events of a customer are of one customer only. */
  private async addBy(
    kinds: ('staff' | 'customer' | 'system')[],
    customerIds: (string | null)[],
    action: Action,
    changes: Changes,
  ): Promise<void> {
    const { actor, origin } = RequestScope.current ?? {};
    const address = origin?.address ?? null;
    const [own] = customerIds;
    if (actor ? kinds.includes('staff') : kinds.includes('system')) {
      const { kind, id } = actor ?? SYSTEM;
      const entry = { tenant: this.tenants.current, at: this.clock.now(), actorKind: kind, actor: id };
      await this.em.insertMany(
        HistoryEntry,
        customerIds.map((customerId) => ({ ...entry, address, action, changes, customerId })),
      );
    } else if (!actor && kinds.includes('customer') && own) {
      await this.insertOwn(own, { kind: 'customer', id: own, address }, action, changes);
    }
  }

  private async insertOwn(
    customerId: string,
    actor: { kind: ActorKind; id: string; address: string | null },
    action: Action,
    changes: Changes,
  ): Promise<void> {
    const tenant = this.tenants.current;
    await this.em
      .getKysely<HistoryTables>()
      .insertInto('history')
      .columns(['tenant', 'customer_id', 'at', 'actor_kind', 'actor', 'address', 'action', 'changes'])
      .expression(
        keepCustomer(this.em, tenant, customerId).select([
          'tenant',
          'id',
          sql<Date>`${this.clock.now()}::timestamptz`.as('at'),
          sql<string>`${actor.kind}::text`.as('actor_kind'),
          sql<string>`${actor.id}::text`.as('actor'),
          sql<string | null>`${actor.address}::text`.as('address'),
          sql<string>`${action}::text`.as('action'),
          sql<string>`${JSON.stringify(changes)}::jsonb`.as('changes'),
        ]),
      )
      .execute();
  }
}
