/** The query of a list. */
export type Query = Record<string, string | undefined>;

/** Nobody reads more at once. */
const LARGEST = 1000;

/**
 * `page[offset]` and `page[limit]` of a query; what is no whole number counts as not given.
 *
 * @param standard the limit where none is given
 */
export function pageOf(query: Query, standard: number): { offset: number; limit: number } {
  const limit = whole(query['page[limit]']) ?? standard;
  return { offset: whole(query['page[offset]']) ?? 0, limit: Math.min(limit || standard, LARGEST) };
}

function whole(text: unknown): number | undefined {
  return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Links to the pages around one, which keep the rest of the query. */
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
