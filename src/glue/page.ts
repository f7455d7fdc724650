import { pageInvalid } from './glue-error.js';

/** The query parameters of a request. A repeated parameter is an array. */
export type QueryParameters = Record<string, string | string[] | undefined>;

/** A page of a list. Both numbers count resources. */
export interface Page {
  offset: number;
  limit: number;
}

/** The maximum page size. */
const MAX_LIMIT = 1000;

/**
 * Reads `page[offset]` and `page[limit]` of a query. A limit without an offset is ignored.
 *
 * @returns undefined if the whole list is requested
 * @throws GlueError if one of them is not a whole number, if the limit is 0, or if there is an offset without a limit
 */
export function pageOf(query: QueryParameters): Page | undefined {
  const [offset, limit] = [query['page[offset]'], query['page[limit]']].map(wholeNumber);
  if (limit === 0 || (offset !== undefined && limit === undefined)) throw pageInvalid();
  return offset === undefined || limit === undefined ? undefined : { offset, limit: Math.min(limit, MAX_LIMIT) };
}

function wholeNumber(text: string | string[] | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (typeof text !== 'string' || !/^\d{1,9}$/.test(text)) throw pageInvalid();
  return Number(text);
}

/**
 * Returns links to the first, last, previous and next page. They keep the rest of the query.
 *
 * @param base the URL of the list, without a query
 * @param queryText the query of the request, still encoded: a decoded `&` would end a parameter
 * @param total the length of the whole list
 */
export function pageLinks(
  base: string,
  queryText: string,
  { offset, limit }: Page,
  total: number,
): Record<string, string> {
  if (total === 0) return {};
  const others = queryText.split('&').filter((part) => part !== '' && !/^page(\[|%5b)/i.test(part));
  const at = (start: number): string =>
    `${base}?${[...others, `page[offset]=${start}`, `page[limit]=${limit}`].join('&')}`;
  return {
    first: at(0),
    last: at((Math.ceil(total / limit) - 1) * limit),
    ...(offset > 0 && { prev: at(Math.max(offset - limit, 0)) }),
    ...(offset + limit < total && { next: at(offset + limit) }),
  };
}
