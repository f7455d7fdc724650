/** The query parameters of a list. */
export type Query = Record<string, string | undefined>;

/** The maximum page size. */
const LARGEST = 1000;

/**
 * Reads `page[offset]` and `page[limit]` of a query. A value that is not a whole number is ignored.
 *
 * @param standard the default limit
 */
export function pageOf(query: Query, standard: number): { offset: number; limit: number } {
  const limit = whole(query['page[limit]']) ?? standard;
  return { offset: whole(query['page[offset]']) ?? 0, limit: Math.min(limit || standard, LARGEST) };
}

function whole(text: unknown): number | undefined {
  return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Returns links to the first, last, previous and next page. They keep the rest of the query. */
export function neighbours(
  url: string,
  { offset, limit }: { offset: number; limit: number },
  total: number,
): Record<'first' | 'last' | 'prev' | 'next', string | null> {
  const [path = '', query] = url.replace(/^\//, '').split('?');
  const at = (start: number): string => {
    const parameters = new URLSearchParams(query);
    parameters.set('page[limit]', String(limit));
    parameters.set('page[offset]', String(start));
    return `${path}?${parameters.toString()}`;
  };
  return {
    first: at(0),
    last: at(Math.max(Math.ceil(total / limit) - 1, 0) * limit),
    prev: offset > 0 ? at(Math.max(offset - limit, 0)) : null,
    next: offset + limit < total ? at(offset + limit) : null,
  };
}
