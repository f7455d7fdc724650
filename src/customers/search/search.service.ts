import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { invalid } from '../../common/failure.js';
import { Database, transaction } from '../../database/database.js';
import { RequestScope } from '../../tenants/request-scope.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { Profile, profile } from '../profile.js';
import { parseQuery } from './query.js';
import { Condition, searchCondition, sortOrder } from './search.sql.js';

/** A page of customers. */
export interface Page {
  q?: string;
  sort?: string;
  offset: number;
  limit: number;
  withAddresses: boolean;
}

/** The tenant and the restrictions come before the parameters of a condition. */
const BEFORE = 2;

/** How long an expression from outside may run. */
const TIMEOUT = '2s';

/** Finds customers, within the reach of the staff who asks. */
@Injectable()
export class SearchService {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
    private readonly tenants: TenantsService,
  ) {}

  /** @throws Failure `invalid_input` that says what cannot be read, and where */
  async find({ q = '', sort, offset, limit, withAddresses }: Page): Promise<Profile[]> {
    const condition = searchCondition(parseQuery(q), BEFORE);
    const order = sortOrder(sort, BEFORE + condition.values.length);
    const paging = BEFORE + condition.values.length + order.values.length;
    const text = `select ${profile(withAddresses)} as profile
      from (select c.* from customers c where ${inReach} and ${condition.text}
        order by ${order.text} limit $${paging + 1} offset $${paging + 2}) c
      order by ${order.text}`;
    const values = [...condition.values, ...order.values, limit, offset];
    const found = await this.rows<{ profile: Profile }>(text, values, condition);
    return found.map((row) => row.profile);
  }

  /** How many there are on all pages. @throws Failure `invalid_input` */
  async count(q = ''): Promise<number> {
    const condition = searchCondition(parseQuery(q), BEFORE);
    const text = `select count(*)::int as count from customers c where ${inReach} and ${condition.text}`;
    const [row] = await this.rows<{ count: number }>(text, condition.values, condition);
    return row?.count ?? 0;
  }

  private async rows<Row extends object>(text: string, values: unknown[], condition: Condition): Promise<Row[]> {
    const all = [this.tenants.current, RequestScope.current?.restrictions ?? null, ...values];
    if (!condition.usesPattern) return this.database.rows<Row>({ text }, all);
    try {
      return await transaction(this.em, async (em) => {
        await em.execute(`set local statement_timeout = '${TIMEOUT}'`);
        return this.database.rows<Row>({ text }, all);
      });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === '2201B') throw invalid('q', 'q: the regular expression is not valid');
      if (code === '57014') throw invalid('q', 'q: the regular expression takes too long; add a term that narrows it');
      throw error;
    }
  }
}

const inReach = 'c.tenant = $1 and ($2::text[] is null or c.restriction = any($2))';
