import { EntityManager, TransactionContext, TransactionPropagation } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { Pool, QueryResultRow } from 'pg';
import { type KyselyTransactionLike, fromKysely } from 'pg-boss';

/** A statement. With a name, which must be unique to its text, PostgreSQL parses and plans it once a connection. */
export interface Statement {
  name?: string;
  text: string;
}

/**
 * Runs single statements past the unit of work. For the few paths every visitor takes, where `find` and `flush` cost
 * several times the query itself (`benchmark/`); everything else goes through the entity manager.
 */
@Injectable()
export class Database {
  private pool?: Promise<Pool>;

  constructor(private readonly em: EntityManager) {}

  /**
   * In the caller's transaction if there is one, else in one of its own. Nothing adds the tenant: every statement must
   * name it.
   */
  async rows<Row extends QueryResultRow>({ name, text }: Statement, values: unknown[]): Promise<Row[]> {
    const transaction = TransactionContext.getEntityManager()?.getTransactionContext<KyselyTransactionLike>();
    if (transaction) return (await fromKysely(transaction).executeSql(text, values)).rows as Row[];
    this.pool ??= this.em.getConnection().getNativeClient();
    const { rows } = await (await this.pool).query<Row>({ name, text, values });
    return rows;
  }
}

const ATTEMPTS = 3;

/** A transaction, tried again after a deadlock. Within another transaction it is a part of that one. */
export async function transaction<T>(em: EntityManager, work: (em: EntityManager) => Promise<T>): Promise<T> {
  return retriedAfterDeadlock(() => em.transactional(work, { propagation: TransactionPropagation.REQUIRED }));
}

/**
 * Does a transaction, or a statement that is one by itself, again when PostgreSQL ends it to break a deadlock (40P01):
 * two changes of one customer may need its rows in different orders. Within another transaction, that one is to be done
 * again.
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

/** Whether a statement failed because it would break the unique constraint or index of that name. */
export function violates(error: unknown, constraint: string): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === constraint;
}

/**
 * Whether the error means that PostgreSQL cannot be reached just now: connection refused or lost, shutting down,
 * starting up, out of connections (SQLSTATE classes 08, 53, 57P), or no free connection in the pool.
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    /^(08|53|57P)/.test(code) ||
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'].includes(code) ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Unable to connect|not queryable/.test(
      error.message,
    ) ||
    isUnavailable(error.cause)
  );
}
