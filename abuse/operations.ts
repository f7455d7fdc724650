import { readFileSync } from 'node:fs';

/** An operation of an OpenAPI document. */
export interface Operation {
  method: string;
  /** `/customer/{tenant}/me/addresses/{addressId}` */
  path: string;
  /** Names of the security schemes that the operation accepts. */
  schemes: string[];
  /** The scopes of an employee or service that the operation accepts; one of them is enough. */
  scopes: string[];
  hasBody: boolean;
}

interface Document {
  paths: Record<string, Record<string, { security?: Record<string, string[]>[]; requestBody?: object }>>;
}

/** Every operation of an API, from the OpenAPI document in the repository. */
export function operationsOf(api: 'emporix' | 'glue'): Operation[] {
  const file = new URL(`../openapi/${api}.json`, import.meta.url);
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as Document;
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => method !== 'parameters')
      .map(([method, { security = [], requestBody }]) => ({
        method: method.toUpperCase(),
        path,
        schemes: security.flatMap((each) => Object.keys(each)),
        scopes: security.flatMap(({ OAuth2 = [] }) => OAuth2),
        hasBody: requestBody !== undefined,
      })),
  );
}

/** The path of an operation with these parameters. A parameter without a value becomes `missing`. */
export function pathOf({ path }: Operation, values: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? 'missing'));
}
