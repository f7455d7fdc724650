import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { isUuid } from '../common/uuid.js';
import { violates } from '../database/database.js';
import { collectionFull } from '../database/maximum.js';
import type { Actor } from '../tenants/request-scope.js';
import { ResponseBudget } from '../tenants/response-budget.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { CustomerNote, type NoteTables } from './customer-note.entity.js';

/** A note about a customer. */
export interface Note {
  id: string;
  text: string;
  author: Pick<Actor, 'kind' | 'id'>;
  /** ISO 8601. */
  createdAt: string;
}

/** The notes about customers. A note is never updated, and the customer's deletion deletes it: decision 0067. */
@Injectable()
export class NotesService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly responses: ResponseBudget,
    private readonly clock: Clock,
  ) {}

  /** Lists the notes about a customer, newest first; the database stores at most 100. @throws Failure `overloaded` */
  async list(customerId: string): Promise<Note[]> {
    const query = this.em
      .getKysely<NoteTables>()
      .selectFrom('customer_notes')
      .select(
        sql<Note>`json_build_object('id', id, 'text', text, 'createdAt', created_at,
          'author', json_build_object('kind', author_kind, 'id', author))`.as('row'),
      )
      .where('tenant', '=', this.tenants.current)
      .where('customer_id', '=', customerId)
      .orderBy('created_at', 'desc')
      .orderBy('id');
    return this.responses.rows(query);
  }

  /**
   * Adds a note. Joins the caller's transaction.
   *
   * @param text at most 4,000 characters
   * @throws Failure `customer_not_found`, `collection_full` for more than 100 notes
   */
  async add(customerId: string, text: string, author: Actor): Promise<Note> {
    const [id, createdAt] = [randomUUID(), this.clock.now()];
    try {
      await this.em.insert(CustomerNote, {
        tenant: this.tenants.current,
        customerId,
        id,
        text,
        createdAt,
        authorKind: author.kind,
        author: author.id,
      });
    } catch (error) {
      if (!violates(error, 'customer_notes_customer')) throw collectionFull(error) ?? error;
      throw new Failure('customer_not_found', { cause: error, facts: { customer: customerId } });
    }
    return { id, text, author: { kind: author.kind, id: author.id }, createdAt: createdAt.toISOString() };
  }

  /** Deletes a note. Joins the caller's transaction. @throws Failure `note_not_found` */
  async remove(customerId: string, id: string): Promise<void> {
    const removed = isUuid(id) ? await this.em.nativeDelete(CustomerNote, { customerId, id }) : 0;
    if (removed === 0) throw new Failure('note_not_found', { facts: { note: id } });
  }
}
