import { readFileSync } from 'node:fs';

/** An operation of the first dialect's document. */
export interface Operation {
  method: string;
  /** `/customer/{tenant}/me/addresses/{addressId}` */
  path: string;
  /** Names of the security schemes that open it. */
  schemes: string[];
  /** What a token of staff needs; any one of them. */
  scopes: string[];
  takesBody: boolean;
}

interface Document {
  paths: Record<string, Record<string, { security?: Record<string, string[]>[]; requestBody?: object }>>;
}

/** Every operation of a dialect, as the document in the repository has it. */
export function operationsOf(dialect: 'emporix' | 'glue'): Operation[] {
  const file = new URL(`../openapi/${dialect}.json`, import.meta.url);
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as Document;
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => method !== 'parameters')
      .map(([method, { security = [], requestBody }]) => ({
        method: method.toUpperCase(),
        path,
        schemes: security.flatMap((each) => Object.keys(each)),
        scopes: security.flatMap(({ OAuth2 = [] }) => OAuth2),
        takesBody: requestBody !== undefined,
      })),
  );
}

/** Its path, with these values; what is not given becomes `missing`. */
export function pathOf({ path }: Operation, values: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? 'missing'));
}
