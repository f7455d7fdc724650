import { Injectable } from '@nestjs/common';
import { Column, FindField, fieldAmong } from '../customers/search/fields.js';
import { SearchService } from '../customers/search/search.service.js';
import { searchCondition, sortOrder } from '../customers/search/search.sql.js';
import type { SortKey, Term } from '../customers/search/terms.js';
import { sizeColumns } from '../tenants/response-budget.js';

/** Defines a list in SQL, in which `c` is the row. */
export interface ListDefinition {
  /** The JSON that is returned for a row, named `row`. */
  select: string;
  from: string;
  /** The condition for the rows that the caller may access; its parameters start at `$1`. */
  where: string;
  columns: Map<string, Column>;
}

export interface ListPage {
  terms: Term[];
  sort: SortKey[];
  offset: number;
  limit: number;
  /** Whether the number of rows on all pages is returned. */
  withTotal: boolean;
}

export interface ListResult<Row> {
  rows: Row[];
  /** The number of rows on all pages, if requested. */
  total?: number;
}

/** Lists rows with the query language of the customer search. */
@Injectable()
export class ListService {
  constructor(private readonly search: SearchService) {}

  /**
   * @param values of the parameters in `where`
   * @throws Failure `invalid_input` with the position of the term; `overloaded`
   */
  async find<Row>(
    { select, from, where, columns }: ListDefinition,
    values: unknown[],
    page: ListPage,
  ): Promise<ListResult<Row>> {
    const find: FindField = (name, toFailure) => fieldAmong(columns, name, toFailure);
    const condition = searchCondition(page.terms, values.length, find);
    const all = [...values, ...condition.values];
    const order = sortOrder(page.sort, all.length, find);
    const paging = all.length + order.values.length;
    const fromWhere = `from ${from} where ${where} and ${condition.text}`;
    // A window function without an order of its own keeps the order of the rows.
    const rowsOfPage = `select ${sizeColumns('page.row', paging + 3)} from (
      select ${select} as row ${fromWhere} order by ${order.text} limit $${paging + 1} offset $${paging + 2}) page`;
    const pageValues = [...all, ...order.values, page.limit, page.offset];
    const [rows, counts] = await Promise.all([
      this.search.page<Row>((maxBytes) => this.search.query(rowsOfPage, [...pageValues, maxBytes], condition)),
      page.withTotal
        ? this.search.query<{ total: number }>(`select count(*)::int as total ${fromWhere}`, all, condition)
        : [],
    ]);
    return { rows, total: counts[0]?.total };
  }
}
