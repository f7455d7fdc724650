import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { invalid } from '../../common/failure.js';
import { Database, transaction } from '../../database/database.js';
import { RequestScope } from '../../tenants/request-scope.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { Profile, type ProfileParts, belongsTo, profile } from '../profile.js';
import { inTurn } from './pattern-turns.js';
import { parseQuery } from './query.js';
import { Condition, searchCondition, sortOrder } from './search.sql.js';

/** A page of customers. */
export interface Page {
  q?: string;
  sort?: string;
  offset: number;
  limit: number;
  parts: ProfileParts;
}

/** The tenant, the restrictions and the company come before the parameters of a condition. */
const BEFORE = 3;

/** What a page of profiles may take, in octets of JSON: the process holds it several times. */
const LARGEST_PAGE = 8 * 1024 * 1024;

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

  /**
   * @throws Failure `invalid_input` that says what cannot be read, and where; and when the page is too large;
   * `overloaded`
   */
  async find({ q = '', sort, offset, limit, parts }: Page): Promise<Profile[]> {
    const condition = searchCondition(parseQuery(q), BEFORE);
    const order = sortOrder(sort, BEFORE + condition.values.length);
    const paging = BEFORE + condition.values.length + order.values.length;
    // Without the offset, the profile would be made twice.
    const text = `select case when sum(octet_length(p.json::text)) over () <= ${LARGEST_PAGE} then p.json end as profile
      from (select c.* from customers c where ${inReach} and ${condition.text}
        order by ${order.text} limit $${paging + 1} offset $${paging + 2}) c
        cross join lateral (select ${profile(parts)} as json offset 0) p
      order by ${order.text}`;
    const values = [...condition.values, ...order.values, limit, offset];
    const found = await this.ask<{ profile: Profile | null }>(text, [...this.reach, ...values], condition);
    return found.map((row) => {
      if (!row.profile) throw invalid('pageSize', 'pageSize is too large: so many of these customers are over 8 MB');
      return row.profile;
    });
  }

  /** How many there are on all pages. @throws Failure `invalid_input`, `overloaded` */
  async count(q = ''): Promise<number> {
    const condition = searchCondition(parseQuery(q), BEFORE);
    const text = `select count(*)::int as count from customers c where ${inReach} and ${condition.text}`;
    const [row] = await this.ask<{ count: number }>(text, [...this.reach, ...condition.values], condition);
    return row?.count ?? 0;
  }

  /**
   * Customers whose reference, login e-mail, first or last name holds a text, in whatever letter case; by reference.
   *
   * @returns a page of them, and how many there are
   */
  async holding(
    part: string,
    page: { offset: number; limit: number },
  ): Promise<{ customers: FoundCustomer[]; total: number }> {
    const values = [...this.reach, part.toLowerCase(), page.limit, page.offset];
    const [found] = await this.database.rows<{ customers: FoundCustomer[]; total: number }>(holding, values);
    return found ?? { customers: [], total: 0 };
  }

  /**
   * Runs a statement with a condition in it; a regular expression from outside waits for its turn, and may not run for
   * long.
   *
   * @throws Failure `invalid_input` for an expression that is not valid, or takes too long; `overloaded`
   */
  async ask<Row extends object>(text: string, values: unknown[], { usesPattern }: Condition): Promise<Row[]> {
    if (!usesPattern) return this.database.rows<Row>({ text }, values);
    try {
      return await inTurn(RequestScope.current?.customer !== undefined, () =>
        transaction(this.em, async (em) => {
          await em.execute(`set local statement_timeout = '${TIMEOUT}'`);
          return this.database.rows<Row>({ text }, values);
        }),
      );
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === '2201B') throw invalid('q', 'q: the regular expression is not valid');
      if (code === '57014') throw invalid('q', 'q: the regular expression takes too long; add a term that narrows it');
      throw error;
    }
  }

  /** The values of `inReach`. */
  private get reach(): unknown[] {
    const { restrictions = null, company = null } = RequestScope.current ?? {};
    return [this.tenants.current, restrictions, company];
  }
}

/** What a search by a part of it shows of a customer. */
export interface FoundCustomer {
  reference: string;
  email: string | null;
  first_name: string | null;
  last_name: string | null;
}

const inReach = `c.tenant = $1 and ($2::text[] is null or c.restriction = any($2))
    and ($3::text is null or ${belongsTo('$3')})`;

/** `$1` tenant, `$2` restrictions, `$3` company, `$4` the part in lower case, `$5` limit, `$6` offset. */
const holding = {
  name: 'customers_holding',
  text: `with found as (
      select c.reference, a.email, c.first_name, c.last_name
      from customers c left join accounts a on a.tenant = c.tenant and a.customer_id = c.id
      where ${inReach} and (strpos(lower(c.reference), $4) > 0 or strpos(a.email, $4) > 0
        or strpos(lower(c.first_name), $4) > 0 or strpos(lower(c.last_name), $4) > 0)
    ), page as (select * from found order by reference limit $5 offset $6)
    select (select count(*)::int from found) as total, (select coalesce(json_agg(page), '[]') from page) as customers`,
};
