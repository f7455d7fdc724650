import { EntityManager, LockMode, TransactionContext, TransactionPropagation } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { CompiledQuery, type RawBuilder, type Transaction, sql } from 'kysely';
import type { Pool, QueryResultRow } from 'pg';
import { Config } from '../config/config.js';
import { asKind } from './connection-queue.js';
import { jobTimeouts } from './timeouts.js';

/**
 * A statement. If it has a name, which must be unique to its text, PostgreSQL parses and plans it once per connection,
 * unless `DATABASE_PREPARED` is off.
 */
export interface Statement {
  name?: string;
  text: string;
}

/**
 * Runs single statements without the unit of work. Only the few statements of every visitor's requests use it, because
 * `find` and `flush` cost several times as much as the query itself (`benchmark/`). All other code uses the entity
 * manager.
 */
@Injectable()
export class Database {
  private pool?: Promise<Pool>;

  constructor(
    private readonly em: EntityManager,
    private readonly config: Config,
  ) {}

  /**
   * Runs in the caller's transaction if there is one, else in its own. The tenant is not added: every statement must
   * name it.
   */
  async rows<Row extends QueryResultRow>({ name, text }: Statement, values: unknown[]): Promise<Row[]> {
    const transaction = TransactionContext.getEntityManager()?.getTransactionContext<Transaction<unknown>>();
    if (transaction) return (await transaction.executeQuery(CompiledQuery.raw(text, values))).rows as Row[];
    this.pool ??= this.em.getConnection().getNativeClient();
    const pool = await this.pool;
    const query = (): Promise<{ rows: Row[] }> =>
      pool.query<Row>({ name: this.config.databasePrepared ? name : undefined, text, values });
    const { rows } = await (name ? asKind(name, query) : query());
    return rows;
  }
}

/** SQL for `= any(…)`. A list is one parameter, so the text of a statement does not depend on its length. */
export function anyOf(values: readonly string[]): RawBuilder<string> {
  return sql`any(${values}::text[])`;
}

/**
 * SQL for one row `request` of named values, as a batch has them. Fragments of SQL for a batch can then be part of
 * another query.
 *
 * @param values the SQL type and the value, by column
 */
export function requestRow(
  values: Record<string, [type: string, value: unknown]>,
): RawBuilder<Record<string, unknown>> {
  const columns = Object.entries(values).map(
    ([name, [type, value]]) => sql`${value}::${sql.raw(type)} as ${sql.ref(name)}`,
  );
  return sql`(select ${sql.join(columns)})`;
}

const ATTEMPTS = 3;

/** Options of the entity manager that lock a row until the transaction ends, and read its current values. */
export const forUpdate = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;

/** Runs a transaction, and retries it after a deadlock. Within another transaction it is a part of that one. */
export async function transaction<T>(em: EntityManager, work: (em: EntityManager) => Promise<T>): Promise<T> {
  return retriedAfterDeadlock(() => em.transactional(work, { propagation: TransactionPropagation.REQUIRED }));
}

/** Runs a transaction of a job. Its statements and waits for locks may take longer than those of a request. */
export async function jobTransaction<T>(em: EntityManager, work: () => Promise<T>): Promise<T> {
  return transaction(em, async (inTransaction) => {
    const set = (name: string, ms: number) => sql`set_config(${name}, ${String(ms)}, true)`.as(name);
    const { statement, lock } = jobTimeouts;
    const timeouts = [set('statement_timeout', statement), set('lock_timeout', lock)];
    await inTransaction.getKysely<unknown>().selectNoFrom(timeouts).execute();
    return work();
  });
}

/**
 * Retries a transaction, or a statement that is its own transaction, when PostgreSQL aborts it to break a deadlock
 * (40P01): two changes of one customer may lock its rows in different orders. Within another transaction, the outer one
 * must be retried.
 */
export async function retriedAfterDeadlock<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const deadlock = error instanceof Error && 'code' in error && error.code === '40P01';
      if (!deadlock || attempt === ATTEMPTS || TransactionContext.getEntityManager()) throw error;
    }
  }
}

/** Whether a statement failed because it violates the unique constraint or index with that name. */
export function violates(error: unknown, constraint: string): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === constraint;
}

/** Whether a statement failed because it waited too long for a lock of another transaction. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}
