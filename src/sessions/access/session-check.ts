import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Failure } from '../../common/failure.js';
import { Database } from '../../database/database.js';
import { QueryBatcher } from '../../database/query-batcher.js';
import { ResponseBudget, Withheld } from '../../tenants/response-budget.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import {
  type CheckedCaller,
  type Piece,
  type SessionCheckStatements,
  type SessionProjection,
  assemble,
  statementsOf,
} from './session-check.sql.js';

/** The maximum number of remembered large loads; about 150 bytes each. */
const MAX_LARGE_LOADS = 10_000;

/** The columns of `checkInput`. */
interface CheckInput extends Record<string, unknown> {
  tenant: string;
  session: string;
  now: Date;
  value?: string | null;
}

/** Checks the session of each request, and loads the projection of its route. */
@Injectable()
export class SessionCheck {
  /**
   * Bytes of large loads, by projection, session and value, least recently used first. In a batch, they would only delay
   * it.
   */
  private readonly largeLoads = new Map<string, number>();
  /** Checks that began in this tick of the event loop, by projection, session and value. */
  private readonly checks = new Map<string, Promise<CheckedCaller | undefined>>();
  /** Checks that PostgreSQL runs now, by projection, session and value. */
  private readonly running = new Map<string, Promise<CheckedCaller | undefined>>();

  constructor(
    private readonly database: Database,
    private readonly batcher: QueryBatcher,
    private readonly tenants: TenantsService,
    private readonly responses: ResponseBudget,
    private readonly clock: Clock,
  ) {}

  /**
   * Checks that a session is valid, and loads the projection of the route in the same round trip. A large value takes a
   * second statement, within the `ResponseBudget`.
   *
   * @param value of the request, for which `PROJECTION_VALUE` stands in the projection
   * @throws Failure `token_invalid` if it has ended, or its customer may not use it; `overloaded`
   */
  async check(id: string, projection?: SessionProjection, value?: string): Promise<unknown> {
    const statements = statementsOf(projection);
    // Text that PostgreSQL cannot store is rejected later, when the caller is authenticated.
    const text = value?.replaceAll('\0', '').toWellFormed();
    const key = `${statements.number} ${id} ${text}`;
    // Parallel requests for a value of unknown size wait for the first one: PostgreSQL creates a large value only once.
    if (projection && !this.checks.has(key)) await this.running.get(key)?.catch(() => undefined);
    const input = { tenant: this.tenants.current, session: id, now: this.clock.now(), value: text };
    let bytes = this.largeLoads.get(key);
    if (bytes === undefined) {
      const row = await this.checkBatched(key, statements, input);
      if (!row) throw new Failure('token_invalid');
      if (!projection || row.withheld === null) return row.loaded;
      bytes = row.withheld;
    }
    this.rememberLarge(key, bytes);
    return this.responses.load(async (maxBytes) => {
      const loaded = await this.checkPiecewise(statements, input, maxBytes);
      if (loaded !== undefined) return loaded;
      // The value has become empty.
      this.largeLoads.delete(key);
      return this.check(id, projection, value);
    }, bytes);
  }

  /** Equal checks of one tick share a row: otherwise PostgreSQL would create a large value for each of them. */
  private checkBatched(
    key: string,
    { batched }: SessionCheckStatements,
    input: CheckInput,
  ): Promise<CheckedCaller | undefined> {
    let check = this.checks.get(key);
    if (!check) {
      // The batch is sent then, and a later check must see later changes.
      if (this.checks.size === 0) setImmediate(() => this.markAsRunning());
      check = this.batcher.load<CheckedCaller>(batched, input);
      this.checks.set(key, check);
    }
    return check;
  }

  /** The checks of this tick are about to be sent. */
  private markAsRunning(): void {
    for (const [key, check] of this.checks) {
      this.running.set(key, check);
      const end = (): boolean => this.running.get(key) === check && this.running.delete(key);
      check.then(end, end);
    }
    this.checks.clear();
  }

  /** @returns the value, or `Withheld`; undefined if it has become empty */
  private async checkPiecewise(
    { piecewise }: SessionCheckStatements,
    { tenant, session, now, value = null }: CheckInput,
    maxBytes: number,
  ): Promise<unknown> {
    const pieces = await this.database.rows<Piece>(piecewise, [tenant, session, now, value, maxBytes]);
    const [first] = pieces;
    if (!first) throw new Failure('token_invalid');
    if (first.withheld !== null) return new Withheld(first.withheld);
    return first.isItem === null ? undefined : assemble(pieces);
  }

  private rememberLarge(key: string, bytes: number): void {
    this.largeLoads.delete(key);
    this.largeLoads.set(key, bytes);
    const [oldest] = this.largeLoads.keys();
    if (this.largeLoads.size > MAX_LARGE_LOADS && oldest) this.largeLoads.delete(oldest);
  }
}
