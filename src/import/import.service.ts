import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Failure } from '../common/failure.js';
import { transaction } from '../database/database.js';
import type { Reach } from '../tenants/reach.js';
import { ImportCreationService } from './import-creation.service.js';
import type { ImportInput, ImportOptions, Outcome } from './import-input.js';
import { ImportUpdateService } from './import-update.service.js';

/** Rolls back an update of a dry run. */
class DryRun extends Error {
  constructor(readonly isChanged: boolean) {
    super('A dry run stores nothing');
  }
}

/** Imports customers from another system. */
@Injectable()
export class ImportService {
  constructor(
    private readonly em: EntityManager,
    private readonly creation: ImportCreationService,
    private readonly updates: ImportUpdateService,
  ) {}

  /**
   * Stores customers with their accounts in one transaction. An invalid item does not stop the others. No mail is sent,
   * except an invitation. Unless an item says otherwise, its customer is active, regardless of the activation that the
   * tenant requires of new customers. A customer whose e-mail is not confirmed can log in after confirming it.
   *
   * Customers who exist are then updated, if the options say so, each in a transaction.
   *
   * @param items failures keep their places, so that the caller may reject items beforehand
   * @param reach of the caller: it may import only customers with its restrictions
   * @returns one outcome for each item, in the order of the items. Failures are `invalid_input`, `access_denied`,
   * `email_taken`, `number_taken`, `address_id_taken`, `address_too_large` and `identity_taken`. `number_taken` has the
   * fact `deleted: 'true'` if the number was that of a deleted customer, and the fact `reference` if the reference is
   * taken instead. `email_taken` and `number_taken` have the fact `present` if the customer of the item already exists
   */
  async import(items: (ImportInput | Failure)[], reach: Reach, options: ImportOptions = {}): Promise<Outcome[]> {
    if (!options.update) return this.creation.create(items, reach, options);
    const ids = await this.updates.find(items);
    const newItems = items.filter((item) => !ids.has(item));
    const created = await this.creation.create(newItems, reach, options);
    const outcomes = new Map(newItems.map((item, index) => [item, created[index]]));
    // An earlier item of the same call may have created the customer of an item that was rejected.
    const rejected = newItems.filter((item) => outcomes.get(item) instanceof Failure);
    for (const [item, id] of await this.updates.find(rejected)) ids.set(item, id);

    const all: Outcome[] = [];
    for (const item of items) {
      const id = ids.get(item);
      const outcome = outcomes.get(item);
      if (id !== undefined && !(item instanceof Failure)) all.push(await this.update(id, item, reach, options));
      else if (outcome) all.push(outcome);
    }
    return all;
  }

  private async update(id: string, item: ImportInput, reach: Reach, { dryRun }: ImportOptions): Promise<Outcome> {
    try {
      const isChanged = await transaction(this.em, async () => {
        const changed = await this.updates.update(id, item, reach);
        if (dryRun) throw new DryRun(changed);
        return changed;
      });
      return { id, update: isChanged ? 'changed' : 'unchanged' };
    } catch (error) {
      if (error instanceof DryRun) return { id, update: error.isChanged ? 'changed' : 'unchanged' };
      if (error instanceof Failure) return error;
      throw error;
    } finally {
      // Otherwise, the transaction of the next item would store the changes of a rejected item.
      this.em.clear();
    }
  }
}
