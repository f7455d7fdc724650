/**
 * Selects the fields of a response that `fields` names, such as `name,legalInfo.legalName`. Returns all fields if
 * `fields` is empty; names of absent fields are ignored.
 */
export function selectFields<T extends object>(whole: T, fields: string | undefined): Partial<T> {
  const paths = (fields ?? '').split(',').map((path) => path.trim());
  return paths.some(Boolean) ? (pick(whole, paths) as Partial<T>) : whole;
}

function pick(value: unknown, paths: string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => pick(item, paths));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (paths.includes(key)) return [[key, inner]];
    const below = paths.filter((path) => path.startsWith(`${key}.`)).map((path) => path.slice(key.length + 1));
    return below.length > 0 ? [[key, pick(inner, below)]] : [];
  });
  return Object.fromEntries(kept) as unknown;
}
