import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { invalid } from '../../common/failure.js';
import { type ContactPropagation, contactSources } from '../../companies/companies.fragments.js';
import { logins } from '../../credentials/credentials.fragments.js';
import { Database, transaction } from '../../database/database.js';
import type { Reach } from '../../tenants/reach.js';
import { ResponseBudget, type SizedRow, Withheld, rowsWithin, sizeColumns } from '../../tenants/response-budget.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { creationInWords, hasWords, joinWords } from '../customers.fragments.js';
import { Profile, type ProfileParts, belongsToAny, profile } from '../profile.js';
import { SearchQueue } from './search-queue.js';
import { type FindField, findField, findSharedField } from './fields.js';
import { CREATION, Condition, searchCondition, sortOrder } from './search.sql.js';
import type { SortKey, Term } from './terms.js';

/** A page of customers. */
export interface Page {
  terms: Term[];
  sort: SortKey[];
  offset: number;
  limit: number;
  parts: ProfileParts;
  /** Without a sort, only the customers after this one. */
  after?: Pick<Profile, 'created_at' | 'id'>;
}

/** The customers of a page when all are read, few enough for the `ResponseBudget` of any tenant. */
const EXPORT_PAGE_SIZE = 200;

/** The number of parameters before those of a condition: the tenant, the restrictions and the company. */
const BEFORE = 3;

/** The maximum size of a page of profiles, in octets of JSON. The process holds several copies of it. */
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

/** The timeout of a statement with a caller's regular expression; others have the timeout of their connection. */
const TIMEOUT = '2s';

/** Finds the customers within the reach of an employee, service or company Admin. */
@Injectable()
export class SearchService {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly responses: ResponseBudget,
    private readonly queue: SearchQueue,
  ) {}

  /**
   * @throws Failure `invalid_input` with the reason and the position of the term, also for a page that is too large;
   * `overloaded`
   */
  async find({ terms, sort, offset, limit, parts, after }: Page, reach: Reach): Promise<Profile[]> {
    const findable = findableBy(reach);
    const condition = conditionOf(terms, findable);
    const order = sortOrder(sort, BEFORE + condition.values.length, findable);
    // The same order by the columns of an index of the words.
    const inner = condition.usesWords
      ? sortOrder(sort, BEFORE + condition.values.length, findable, creationInWords)
      : order;
    const paging = BEFORE + condition.values.length + order.values.length;
    const key = condition.usesWords ? creationInWords : CREATION;
    const isAfter = after ? `and (${key}) > ($${paging + 4}::timestamptz, $${paging + 5}::text)` : '';
    // Without `offset 0`, the profile would be computed twice.
    const text = `select ${sizeColumns('p.json', paging + 3)}
      from (select c.* from ${sourceOf(condition)} where ${this.inReach} and ${condition.text} ${isAfter}
        order by ${inner.text} limit $${paging + 1} offset $${paging + 2}) c
        cross join lateral (select ${profile(parts)} as json offset 0) p
      order by ${order.text}`;
    const values = [...this.reachValues(reach), ...condition.values, ...order.values, limit, offset];
    const start = after ? [after.created_at, after.id] : [];
    return this.page((maxBytes) => this.query(text, [...values, maxBytes, ...start], condition));
  }

  /**
   * Yields all matching customers in pages, oldest first. Each page begins after the last customer of the previous one,
   * so a customer who is created or deleted meanwhile neither repeats nor omits another one, and late pages take no
   * longer than early ones.
   *
   * @throws Failure as `find`
   */
  async *pages({ terms, parts }: Pick<Page, 'terms' | 'parts'>, reach: Reach): AsyncGenerator<Profile[], void> {
    const page = { terms, parts, sort: [], offset: 0, limit: EXPORT_PAGE_SIZE };
    let found = await this.find(page, reach);
    yield found;
    while (found.length === EXPORT_PAGE_SIZE) {
      found = await this.find({ ...page, after: found.at(-1) }, reach);
      yield found;
    }
  }

  /**
   * Loads a page of rows with `sizeColumns`, within the `ResponseBudget`.
   *
   * @throws Failure `invalid_input` for a page of more than 8 MB; `overloaded`
   */
  async page<Row>(load: (maxBytes: number) => Promise<SizedRow<Row>[]>): Promise<Row[]> {
    return this.responses.load(async (maxBytes) => {
      const rows = rowsWithin(await load(maxBytes));
      if (rows instanceof Withheld && rows.bytes > MAX_PAGE_BYTES) {
        throw invalid('pageSize', 'pageSize is too large: these rows take more than 8 MB');
      }
      return rows;
    });
  }

  /** Counts the matching customers on all pages. @throws Failure `invalid_input`, `overloaded` */
  async count(terms: Term[], reach: Reach): Promise<number> {
    const condition = conditionOf(terms, findableBy(reach));
    const text = `select count(*)::int as count from ${sourceOf(condition)} where ${this.inReach} and ${condition.text}`;
    const values = [...this.reachValues(reach), ...condition.values];
    const [row] = await this.query<{ count: number }>(text, values, condition);
    return row?.count ?? 0;
  }

  /**
   * Lists customers whose e-mail, first name or last name begins with a text, or whose reference is the text, in any
   * letter case; the oldest first. The first and the last name may follow each other: `ada lovelace`.
   *
   * @returns a page of them, and the total number
   * @throws Failure `overloaded`
   */
  async beginningWith(
    text: string,
    page: { offset: number; limit: number },
    reach: Reach,
  ): Promise<{ customers: FoundCustomer[]; total: number }> {
    const values = [...this.reachValues(reach), text.normalize('NFC').toLowerCase(), page.limit, page.offset];
    const [found] = await this.queue.run({ usesPattern: false }, () =>
      this.database.rows<{ customers: FoundCustomer[]; total: number }>(beginningWith, values),
    );
    return found ?? { customers: [], total: 0 };
  }

  /**
   * Runs a statement with a search condition when it is its turn. With a caller's regular expression, it has a shorter
   * timeout.
   *
   * @throws Failure `invalid_input` for an expression that is invalid or takes too long; `overloaded`
   */
  async query<Row extends object>(text: string, values: unknown[], { usesPattern }: Condition): Promise<Row[]> {
    if (!usesPattern) return this.queue.run({ usesPattern: false }, () => this.database.rows<Row>({ text }, values));
    try {
      return await this.queue.run({ usesPattern: true }, () =>
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

  private get inReach(): string {
    return inReach(this.tenants.settings.companyContactPropagation);
  }

  /** The parameters of `inReach`. */
  private reachValues({ restrictions, company }: Reach): unknown[] {
    return [this.tenants.current, restrictions ?? null, company ?? null];
  }
}

/** A customer in the results of a search for the beginning of a text. */
export interface FoundCustomer {
  reference: string;
  /** The login e-mail; the contact e-mail if the customer has no login e-mail. */
  email: string | null;
  first_name: string | null;
  last_name: string | null;
}

/** SQL for whether the caller may read a row `c` of customers. A company Admin also reads propagated contacts. */
const inReach = (propagation: ContactPropagation): string =>
  `c.tenant = $1 and ($2::text[] is null or c.restriction = any($2))
    and ($3::text is null or ${belongsToAny(contactSources('$1', '$3', propagation))})`;

const findableBy = ({ company }: Reach): FindField => (company ? findSharedField : findField);

const conditionOf = (terms: Term[], find: FindField): Condition =>
  searchCondition(terms, BEFORE, find, (text) => hasWords('$1', text));

const sourceOf = ({ usesWords }: Condition): string => `customers c ${usesWords ? joinWords : ''}`;

/** For agents. `$1` tenant, `$2` restrictions, `$3` company, `$4` the beginning in lower case, `$5` limit, `$6` offset. */
const beginningWith = {
  name: 'customers_beginning_with',
  text: `with found as (
      select c.id, c.created_at, c.reference, coalesce(a.email, c.contact_email) as email, c.first_name, c.last_name
      from customers c left join ${logins} a on a.tenant = c.tenant and a.customer_id = c.id
      where ${inReach('DISABLED')} and (lower(c.reference) = $4
        or starts_with(coalesce(a.email, lower(c.contact_email)), $4)
        or starts_with(lower(concat_ws(' ', c.first_name, c.last_name) collate "und-x-icu"), $4)
        or starts_with(lower(c.last_name collate "und-x-icu"), $4))
    ), page as (select * from found order by created_at, id limit $5 offset $6)
    select (select count(*)::int from found) as total, (select coalesce(json_agg(json_build_object(
        'reference', reference, 'email', email, 'first_name', first_name, 'last_name', last_name)
      order by created_at, id), '[]') from page) as customers`,
};
