import { TransactionContext } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { QueryResultRow } from 'pg';
import { Database, type Statement, isLockTimeout } from './database.js';
import { isUnavailable } from './unavailable.js';

/** Larger batches are split to bound latency. */
const MAX_BATCH = 100;

/**
 * The maximum bytes of JSON that a batch returns for one row. A larger value is loaded on its own, within a budget
 * (`ResponseBudget`). A batch therefore takes at most `MAX_BATCH` times as many bytes.
 */
export const MAX_BATCHED_BYTES = 16 * 1024;

/**
 * SQL for the input of a batch, one row per load; the column `n` identifies the row. The planner must expect the same
 * number of rows for every batch, or PostgreSQL would plan each execution. For JSON it always expects the same number,
 * and for a range of `n` a single row, for which it uses indexes.
 *
 * @param types SQL types by column
 */
export function batchRows(types: Record<string, string>): string {
  const columns = Object.entries({ n: 'int', ...types }).map(([name, type]) => `${name} ${type}`);
  return `(select * from json_to_recordset($1::json) as request(${columns.join(', ')})
    where n between 0 and ${MAX_BATCH - 1}) request`;
}

interface PendingLoad {
  values: Record<string, unknown>;
  /** No two loads of a batch have the same subject. */
  subject: string | undefined;
  resolve: (row: QueryResultRow | undefined) => void;
  reject: (error: unknown) => void;
}

/** A row identifies its load. */
type BatchRow = QueryResultRow & { n: number };

/**
 * Runs identical queries of one event-loop tick as one statement (the DataLoader pattern). Under load a batch has many
 * queries, otherwise one. A round trip costs the service and PostgreSQL more than most of these queries.
 */
@Injectable()
export class QueryBatcher {
  /** The batch that still accepts loads, by the name of the statement. */
  private readonly batches = new Map<string, PendingLoad[]>();

  constructor(private readonly database: Database) {}

  /**
   * Within a transaction, the statement runs for this load alone.
   *
   * @param statement takes its values from `batchRows`, and returns at most one row per load, with its `n`
   * @param values by the columns of `batchRows`
   * @param subject the key of the row that the statement writes to. Loads with the same subject run in different
   * batches, because a statement updates a row once and does not see its own changes.
   * @returns the row of this load, if there is one
   */
  async load<Row extends QueryResultRow>(
    statement: Required<Statement>,
    values: Record<string, unknown>,
    subject?: string,
  ): Promise<Row | undefined> {
    return new Promise<QueryResultRow | undefined>((resolve, reject) => {
      const load = { values, subject, resolve, reject };
      if (TransactionContext.getEntityManager()) return void this.run(statement, [load]);
      const batch = this.batches.get(statement.name);
      const joins = batch && batch.length < MAX_BATCH && !(subject && batch.some((other) => other.subject === subject));
      if (joins) batch.push(load);
      else this.open(statement, load);
    }) as Promise<Row | undefined>;
  }

  private open(statement: Required<Statement>, load: PendingLoad): void {
    const batch = [load];
    this.batches.set(statement.name, batch);
    setImmediate(() => {
      if (this.batches.get(statement.name) === batch) this.batches.delete(statement.name);
      void this.run(statement, batch);
    });
  }

  private async run(statement: Required<Statement>, batch: PendingLoad[]): Promise<void> {
    // All batches lock their subjects in the same order, so that they do not deadlock.
    batch.sort(({ subject: a = '' }, { subject: b = '' }) => (a < b ? -1 : Number(a > b)));
    try {
      const values = JSON.stringify(batch.map((load, n) => ({ ...load.values, n })));
      const rows = new Map<number, BatchRow>();
      for (const row of await this.database.rows<BatchRow>(statement, [values])) rows.set(row.n, row);
      batch.forEach(({ resolve }, n) => resolve(rows.get(n)));
    } catch (error) {
      // Nothing was written. One load may be the cause, so each is repeated on its own.
      const isCausedByOne = !isUnavailable(error) || isLockTimeout(error);
      if (batch.length > 1 && isCausedByOne) for (const load of batch) void this.run(statement, [load]);
      else for (const { reject } of batch) reject(error);
    }
  }
}
