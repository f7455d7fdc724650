import { AsyncResource } from 'node:async_hooks';
import type { Readable } from 'node:stream';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type RawBuilder, sql } from 'kysely';
import pLimit from 'p-limit';
import { ExportSlots } from '../common/export-slots.js';
import { pacedStream } from '../common/paced-stream.js';
import { type EntryRow, type NamedEntry, named } from '../employee/named-entry.js';
import type { Action } from '../history/history-entry.entity.js';
import { entries } from '../history/history.fragments.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** Which entries are returned; all of those that are set must match. */
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

/** Entries that a stream reads at a time. An entry has at most a few KiB. */
const PIECE = 500;

/** The maximum number of connections that read the database for streams, whatever their number. */
const readers = pLimit(2);

/** The actions on customers and on the tenant, for its admins. */
@Injectable()
export class AuditService {
  private readonly slots = new ExportSlots();

  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
  ) {}

  /** Lists entries, newest first. */
  async list(filter: AuditFilter, { offset, limit }: { offset: number; limit: number }): Promise<NamedEntry[]> {
    return named(this.em, await this.rows(filter, sql`offset ${offset} limit ${limit}`));
  }

  /**
   * Streams all entries, newest first. They are read in pieces, each when the client has read the one before. Entries
   * that are added meanwhile are not included.
   *
   * @param caller has one stream at a time
   * @param toLine converts an entry to a line of text
   * @returns lines in UTF-8
   * @throws Failure `overloaded`
   */
  stream(filter: AuditFilter, caller: string, toLine: (entry: NamedEntry) => string): Readable {
    const free = this.slots.take(this.tenants.current, caller);
    // The connection requests a piece, so without this it would be read outside the scope of the request.
    const read = AsyncResource.bind((before?: NamedEntry) =>
      readers(async () => named(this.em, await this.rows(filter, sql`limit ${PIECE}`, before))),
    );
    async function* pieces(taken: () => void): AsyncGenerator<string> {
      let last: NamedEntry | undefined;
      let found: NamedEntry[];
      do {
        taken();
        found = await read(last);
        yield found.map((entry) => `${toLine(entry)}\n`).join('');
        last = found.at(-1);
      } while (found.length === PIECE);
    }
    return pacedStream(pieces).once('close', free);
  }

  /** @param before the entry before which the rows begin */
  private async rows(
    { actor, customerId, action, since, until }: AuditFilter,
    range: RawBuilder<unknown>,
    before?: EntryRow,
  ): Promise<EntryRow[]> {
    const conditions = [
      sql`t.tenant = ${this.tenants.current}`,
      ...(actor === undefined ? [] : [sql`t.actor = ${actor}`]),
      ...(customerId === undefined ? [] : [sql`t.customer_id = ${customerId}`]),
      ...(action === undefined ? [] : [sql`t.action = ${action}`]),
      ...(since ? [sql`t.at >= ${since}`] : []),
      ...(until ? [sql`t.at < ${until}`] : []),
      ...(before ? [sql`(t.at, t.id) < (${before.at}::timestamptz, ${before.id}::bigint)`] : []),
    ];
    const { rows } = await sql<EntryRow>`
      select t.id::text, t.at, t.customer_id, t.actor_kind, t.actor, t.address, t.action, t.changes
      from ${sql.raw(entries)} t where ${sql.join(conditions, sql` and `)}
      order by t.at desc, t.id desc ${range}`.execute(this.em.getKysely());
    return rows;
  }
}
