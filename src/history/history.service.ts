import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { transaction } from '../database/database.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Action, Changes, HistoryEntry } from './history-entry.entity.js';

/** The staff actions on customers: actor, action, time and origin. */
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
  async keep<T>(customerId: string, action: Action, changes: Changes, work: () => Promise<T>): Promise<T> {
    if (!RequestScope.current?.actor) return work();
    return transaction(this.em, async () => {
      const done = await work();
      await this.add(customerId, action, changes);
      return done;
    });
  }

  /** Adds an entry in the caller's transaction, if staff is the actor. */
  async add(customerId: string, action: Action, changes: Changes): Promise<void> {
    await this.addToEach([customerId], action, changes);
  }

  /** Adds the same entry for many customers, in one statement. */
  async addToEach(customerIds: string[], action: Action, changes: Changes): Promise<void> {
    const { actor, origin } = RequestScope.current ?? {};
    if (!actor) return;
    const entry = {
      tenant: this.tenants.current,
      at: this.clock.now(),
      actorKind: actor.kind,
      actor: actor.id,
      address: origin?.address ?? null,
      action,
      changes,
    };
    await this.em.insertMany(
      HistoryEntry,
      customerIds.map((customerId) => ({ ...entry, customerId })),
    );
  }

  /**
   * Returns the entries of a customer, newest first.
   *
   * @param since leaves out earlier entries, which are those of a previous customer with the same number
   */
  async of(customerId: string, offset: number, limit: number, since = new Date(0)): Promise<HistoryEntry[]> {
    return this.em.find(HistoryEntry, { customerId, at: { $gte: since } }, { orderBy: { id: 'desc' }, offset, limit });
  }
}
