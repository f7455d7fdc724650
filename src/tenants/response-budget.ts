import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type AliasableExpression, sql } from 'kysely';
import { ByteBudget } from '../common/byte-budget.js';
import { Failure } from '../common/failure.js';
import { jsonBytes } from '../common/merge-patch.js';
import { MAX_BATCHED_BYTES } from '../database/query-batcher.js';
import { RequestScope } from './request-scope.js';

const MEBIBYTE = 1024 * 1024;

/**
 * Bytes of JSON in large responses that the process holds at a time; in memory they take up to five times as many. Few
 * are computed at a time, because each takes a core of PostgreSQL.
 */
const TOTAL_BYTES = 8 * MEBIBYTE;
/** The share of one tenant. */
const BYTES_PER_TENANT = 4 * MEBIBYTE;

/** A list may have grown between two statements by this factor. */
const GROWTH_FACTOR = 1.1;

/** Stands for a value that is larger than the caller allowed. */
export class Withheld {
  /** @param bytes of its JSON */
  constructor(readonly bytes: number) {}
}

/**
 * Bounds the memory of large responses: a value above 16 KiB is loaded when the process has room for it, with a fair
 * share for each tenant. The bytes stay reserved until the response is sent or the connection is closed.
 */
@Injectable()
export class ResponseBudget {
  private readonly budget = new ByteBudget({
    total: TOTAL_BYTES,
    perHolder: BYTES_PER_TENANT,
    maxWaiting: 100,
    maxWait: 2000,
  });

  constructor(private readonly em: EntityManager) {}

  /**
   * Loads a value of unknown size.
   *
   * @param load returns the value, or `Withheld` if its JSON takes more bytes than allowed; called up to three times
   * @param expected bytes that the value is known to take, if it is known to be large
   * @throws Failure `overloaded` when the process has no room for it within two seconds
   */
  async load<T>(load: (maxBytes: number) => Promise<T | Withheld>, expected = 0): Promise<T> {
    let bytes = expected;
    if (bytes <= MAX_BATCHED_BYTES) {
      const value = await load(MAX_BATCHED_BYTES);
      if (!(value instanceof Withheld)) return value;
      bytes = value.bytes;
    }
    for (let attempt = 0; attempt < 2; attempt++) {
      const scope = RequestScope.current;
      const allowed = Math.ceil(bytes * GROWTH_FACTOR);
      const release = await this.budget.reserve(scope?.tenant ?? '', allowed);
      let keep = false;
      try {
        const value = await load(allowed);
        if (!(value instanceof Withheld)) {
          keep = scope?.holdUntilSent !== undefined;
          scope?.holdUntilSent?.(release);
          return value;
        }
        bytes = value.bytes;
      } finally {
        if (!keep) release();
      }
    }
    throw new Failure('overloaded');
  }

  /**
   * Loads a value whose size is known only after it is loaded. A large value is loaded again after its bytes are
   * reserved.
   *
   * @throws Failure `overloaded`
   */
  async loadAndMeasure<T>(load: () => Promise<T>): Promise<T> {
    return this.load(async (maxBytes) => {
      const value = await load();
      const bytes = jsonBytes(value);
      return bytes <= maxBytes ? value : new Withheld(bytes);
    });
  }

  /**
   * Loads rows of a query that may be large in total.
   *
   * @param query for rows with the one column `row`, in JSON; it runs again if they are large
   * @throws Failure `overloaded`
   */
  async rows<Row>(query: AliasableExpression<{ row: Row }>): Promise<Row[]> {
    const db = this.em.getKysely<Record<never, never>>();
    const total = sql<number>`sum(pg_column_size(found.row)) over ()`;
    return this.load(async (maxBytes) => {
      // With `offset 0`, PostgreSQL creates the JSON once.
      const found = db.selectFrom(query.as('query')).selectAll().offset(sql.lit(0)).as('found');
      const rows = db
        .selectFrom(found)
        .select(sql`case when ${total} <= ${maxBytes}::bigint then found.row end`.as('row'))
        .select(sql`case when ${total} > ${maxBytes}::bigint then ${total} end::int`.as('withheld'));
      return rowsWithin((await rows.execute()) as SizedRow<Row>[]);
    });
  }
}

/** A row of a query with `sizeColumns`. */
export interface SizedRow<Row> {
  row: Row | null;
  withheld: number | null;
}

/** The rows of a query with `sizeColumns`. */
export function rowsWithin<Row>(found: SizedRow<Row>[]): Row[] | Withheld {
  const withheld = found[0]?.withheld;
  return withheld ? new Withheld(withheld) : found.map(({ row }) => row as Row);
}

/**
 * SQL columns for rows whose JSON is in the column `row`: `row`, null if all rows together take more bytes than the
 * parameter `$n` allows, and `withheld`, the bytes in that case.
 */
export function sizeColumns(row: string, n: number): string {
  const total = `sum(pg_column_size(${row})) over ()`;
  return `case when ${total} <= $${n}::bigint then ${row} end as row,
    case when ${total} > $${n}::bigint then ${total} end::int as withheld`;
}
