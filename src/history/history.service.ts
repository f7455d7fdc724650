import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Database, Statement, transaction } from '../database/database.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Action, Changes, HistoryEntry } from './history-entry.entity.js';

/** `$1` tenant, `$2` customers, `$3` now, `$4` kind, `$5` actor, `$6` address, `$7` action, `$8` changes. */
const insertEntry: Statement = {
  name: 'insert_history',
  text: `insert into history (tenant, customer_id, at, actor_kind, actor, address, action, changes)
    select $1, customer_id, $3, $4, $5, $6, $7, $8 from unnest($2::text[]) customer_id`,
};

/** What staff did to customers: who, what, when, from where. */
@Injectable()
export class History {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Does work on a customer, and keeps in the same transaction who of the staff did it. What customers do themselves
   * leaves no entry, and costs no transaction.
   */
  async keep<T>(customerId: string, action: Action, changes: Changes, work: () => Promise<T>): Promise<T> {
    if (!RequestScope.current?.actor) return work();
    return transaction(this.em, async () => {
      const done = await work();
      await this.add(customerId, action, changes);
      return done;
    });
  }

  /** Adds an entry, in the caller's transaction, if it is staff that acts. */
  async add(customerId: string, action: Action, changes: Changes): Promise<void> {
    await this.addToEach([customerId], action, changes);
  }

  /** The same entry for many customers, in one statement. */
  async addToEach(customerIds: string[], action: Action, changes: Changes): Promise<void> {
    const { actor, origin } = RequestScope.current ?? {};
    if (!actor) return;
    await this.database.rows(insertEntry, [
      this.tenants.current,
      customerIds,
      this.clock.now(),
      actor.kind,
      actor.id,
      origin?.address ?? null,
      action,
      JSON.stringify(changes),
    ]);
  }

  /** The entries of a customer, newest first. @param since leaves out what was done before to another of that number */
  async of(customerId: string, offset: number, limit: number, since = new Date(0)): Promise<HistoryEntry[]> {
    return this.em.find(HistoryEntry, { customerId, at: { $gte: since } }, { orderBy: { id: 'desc' }, offset, limit });
  }
}
