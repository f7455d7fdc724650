import { TransactionContext } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { QueryResultRow } from 'pg';
import { Database, type Statement, isUnavailable } from './database.js';

/** Of one statement. More at once are asked for by the next, so that none of them waits long for the others. */
const MOST_ASKERS = 100;

/**
 * SQL for the values of all who ask a shared statement, one row each; the column `n` tells them apart. PostgreSQL must
 * expect the same of it whatever it holds, or it would plan anew each time: of JSON it always expects the same number
 * of rows, and within a range of `n` a single one, for which it looks up by index.
 *
 * @param types by column, in SQL
 */
export function askers(types: Record<string, string>): string {
  const columns = Object.entries({ n: 'int', ...types }).map(([name, type]) => `${name} ${type}`);
  return `(select * from json_to_recordset($1::json) as asker(${columns.join(', ')})
    where n between 0 and ${MOST_ASKERS - 1}) asker`;
}

interface Asker {
  values: Record<string, unknown>;
  /** What no two of a turn have in common. */
  subject: string | undefined;
  resolve: (row: QueryResultRow | undefined) => void;
  reject: (error: unknown) => void;
}

/** A row says whose it is. */
type Answer = QueryResultRow & { n: number };

/**
 * Statements that answer, in one round trip, all who ask the same within a turn of the event loop: many when the
 * service is busy, and one when it is not. A round trip costs the service and PostgreSQL more than most of what is
 * asked.
 */
@Injectable()
export class SharedStatements {
  /** By the name of the statement. */
  private readonly turns = new Map<string, Asker[]>();

  constructor(private readonly database: Database) {}

  /**
   * @param statement takes its values from `askers`, and answers no more than one row to each, with its `n`. Within a
   * transaction it is asked alone.
   * @param values by the columns of `askers`
   * @param subject what the statement writes to; who writes to the same does not ask at once, for a statement changes
   * a row once, and sees nothing of what it does
   * @returns the asker's own row; undefined where there is none
   */
  async ask<Row extends QueryResultRow>(
    statement: Required<Statement>,
    values: Record<string, unknown>,
    subject?: string,
  ): Promise<Row | undefined> {
    return new Promise<QueryResultRow | undefined>((resolve, reject) => {
      const asker = { values, subject, resolve, reject };
      if (TransactionContext.getEntityManager()) return void this.answer(statement, [asker]);
      const turn = this.turns.get(statement.name);
      const joins = turn && turn.length < MOST_ASKERS && !(subject && turn.some((other) => other.subject === subject));
      if (joins) turn.push(asker);
      else this.begin(statement, asker);
    }) as Promise<Row | undefined>;
  }

  private begin(statement: Required<Statement>, asker: Asker): void {
    const turn = [asker];
    this.turns.set(statement.name, turn);
    setImmediate(() => {
      if (this.turns.get(statement.name) === turn) this.turns.delete(statement.name);
      void this.answer(statement, turn);
    });
  }

  private async answer(statement: Required<Statement>, turn: Asker[]): Promise<void> {
    // Subjects are locked as the list goes: two turns that have some in common never wait for each other in a circle.
    turn.sort(({ subject: a = '' }, { subject: b = '' }) => (a < b ? -1 : Number(a > b)));
    try {
      const values = JSON.stringify(turn.map((asker, n) => ({ ...asker.values, n })));
      const answers = new Map<number, Answer>();
      for (const answer of await this.database.rows<Answer>(statement, [values])) answers.set(answer.n, answer);
      turn.forEach(({ resolve }, n) => resolve(answers.get(n)));
    } catch (error) {
      // Nothing was done. It may be the fault of one; the others shall not suffer for it.
      if (turn.length > 1 && !isUnavailable(error)) for (const asker of turn) void this.answer(statement, [asker]);
      else for (const { reject } of turn) reject(error);
    }
  }
}
