import { Injectable } from '@nestjs/common';
import { Column, FindField, fieldAmong } from '../customers/search/fields.js';
import { Term, parseQuery } from '../customers/search/query.js';
import { SearchService } from '../customers/search/search.service.js';
import { searchCondition, sortOrder } from '../customers/search/search.sql.js';

/** What can be listed: pieces of SQL, in which `c` is the row. */
export interface Listed {
  /** What is answered of a row, named `row`. */
  select: string;
  from: string;
  /** Which rows there are for the one who asks; it counts its parameters from `$1`. */
  where: string;
  columns: Map<string, Column>;
}

export interface ListPage {
  q?: string;
  /** Values that fields must equal, beside `q`. */
  filters: Record<string, string | undefined>;
  sort?: string;
  offset: number;
  limit: number;
  /** Whether all pages are counted. */
  counted: boolean;
}

export interface Found<Row> {
  rows: Row[];
  /** On all pages, where it was asked for. */
  total?: number;
}

/** Lists by the search language of customers. */
@Injectable()
export class ListService {
  constructor(private readonly search: SearchService) {}

  /**
   * @param values of the parameters in `where`
   * @throws Failure `invalid_input` that says what cannot be read, and where; `overloaded`
   */
  async find<Row>({ select, from, where, columns }: Listed, values: unknown[], page: ListPage): Promise<Found<Row>> {
    const find: FindField = (name, refuse) => fieldAmong(columns, name, refuse);
    const terms = [...parseQuery(page.q ?? ''), ...termsOf(page.filters)];
    const condition = searchCondition(terms, values.length, find);
    const all = [...values, ...condition.values];
    const order = sortOrder(page.sort, all.length, find);
    const paging = all.length + order.values.length;
    const among = `from ${from} where ${where} and ${condition.text}`;
    const [rows, counts] = await Promise.all([
      this.search.ask<{ row: Row }>(
        `select ${select} as row ${among} order by ${order.text} limit $${paging + 1} offset $${paging + 2}`,
        [...all, ...order.values, page.limit, page.offset],
        condition,
      ),
      page.counted ? this.search.ask<{ total: number }>(`select count(*)::int as total ${among}`, all, condition) : [],
    ]);
    return { rows: rows.map(({ row }) => row), total: counts[0]?.total };
  }
}

function termsOf(filters: ListPage['filters']): Term[] {
  return Object.entries(filters).flatMap(([field, text]) =>
    text === undefined ? [] : [{ field, at: 0, test: { is: 'any', values: [{ text, quoted: true, at: 0 }] } }],
  );
}
