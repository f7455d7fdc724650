import { AsyncResource } from 'node:async_hooks';
import type { Readable } from 'node:stream';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import pLimit from 'p-limit';
import { ExportSlots } from '../common/export-slots.js';
import { pacedStream } from '../common/paced-stream.js';
import { type EntryRow, type NamedEntry, withActorNames } from '../employee/named-entry.js';
import type { Action } from '../history/history-entry.entity.js';
import { entriesOf } from '../history/history.sql.js';
import { ResponseBudget } from '../tenants/response-budget.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** The conditions for the entries that are returned. All that are set must match. */
export interface AuditFilter {
  /** Employee id, client id, the operator's name, or customer number. */
  actor?: string;
  /** The number of the customer who was acted on. */
  customerId?: string;
  action?: Action;
  since?: Date;
  /** Excluded. */
  until?: Date;
}

interface Range {
  offset?: number;
  limit: number;
  /** The last entry of the previous batch. */
  before?: EntryRow;
}

/** The number of entries that a stream reads at a time. An entry has at most a few KiB. */
const BATCH = 500;

/** The maximum number of database connections that all streams share. */
const readers = pLimit(2);

/** The actions on customers and on the tenant, for its admins. */
@Injectable()
export class AuditService {
  private readonly slots = new ExportSlots();

  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly responses: ResponseBudget,
  ) {}

  /** Lists entries, newest first. @throws Failure `overloaded` */
  async list(filter: AuditFilter, page: { offset: number; limit: number }): Promise<NamedEntry[]> {
    return withActorNames(this.em, await this.responses.loadAndMeasure(() => this.rows(filter, page)));
  }

  /**
   * Streams all entries, newest first. They are read in batches, each after the client has read the previous one. Entries
   * that are added meanwhile are not included.
   *
   * @param caller has one stream at a time
   * @param toLine converts an entry to a line of text
   * @returns lines in UTF-8
   * @throws Failure `overloaded`
   */
  stream(filter: AuditFilter, caller: string, toLine: (entry: NamedEntry) => string): Readable {
    const release = this.slots.take(this.tenants.current, caller);
    // The socket requests the batches, outside the scope of the request. They must be read in that scope.
    const read = AsyncResource.bind((before?: NamedEntry) =>
      readers(async () => withActorNames(this.em, await this.rows(filter, { limit: BATCH, before }))),
    );
    async function* batches(taken: () => void): AsyncGenerator<string> {
      let last: NamedEntry | undefined;
      let found: NamedEntry[];
      do {
        taken();
        found = await read(last);
        yield found.map((entry) => `${toLine(entry)}\n`).join('');
        last = found.at(-1);
      } while (found.length === BATCH);
    }
    return pacedStream(batches).once('close', release);
  }

  private async rows(
    { actor, customerId, action, since, until }: AuditFilter,
    { offset = 0, limit, before }: Range,
  ): Promise<EntryRow[]> {
    let query = entriesOf(this.em, this.tenants.current);
    if (actor !== undefined) query = query.where('actor', '=', actor);
    if (customerId !== undefined) query = query.where('customer_id', '=', customerId);
    if (action !== undefined) query = query.where('action', '=', action);
    if (since) query = query.where('at', '>=', since);
    if (until) query = query.where('at', '<', until);
    if (before) query = query.where(sql<boolean>`(at, id) < (${before.at}::timestamptz, ${before.id}::bigint)`);
    return query
      .select(['id', sql<string>`at`.as('at'), 'customer_id', 'actor_kind', 'actor', 'address', 'action', 'changes'])
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .offset(offset)
      .limit(limit)
      .execute();
  }
}
