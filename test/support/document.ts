import { readFileSync } from 'node:fs';

export type TokenKind = 'anonymous' | 'customer' | 'staff';

/** Query parameters that can be sent in a header instead. */
const alsoInHeader = ['refreshToken', 'accessToken', 'refresh_token', 'code', 'subjectAccessToken'];

export interface Property {
  type?: string;
  nullable?: boolean;
  maxLength?: number;
  $ref?: string;
  enum?: string[];
  properties?: Record<string, Property>;
}

/** An operation of the document, as the tests that are generated from it use it. */
export interface Operation {
  /** `PATCH /customer/{tenant}/me` */
  name: string;
  method: string;
  path: string;
  /** The kinds of token that it accepts; empty if it requires none. */
  tokens: TokenKind[];
  /** The scopes for an employee's token; one of them is enough. */
  scopes: string[];
  statuses: number[];
  /** The names of the query parameters that a test sends. */
  query: string[];
  /** The names of the path parameters except the tenant. */
  ids: string[];
  /** The type of the resource in its body, in the Glue API. */
  type?: string;
  /** The properties of its JSON body, if it has one. */
  body?: Record<string, Property>;
}

interface Document {
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: { schemas: Record<string, { properties?: Record<string, Property> }> };
}

interface DocumentedOperation {
  security?: Record<string, string[]>[];
  responses: Record<string, unknown>;
  parameters?: { in: string; name: string; required?: boolean }[];
  requestBody?: { content: Record<string, { schema: Property }> };
}

const schemes: Record<string, TokenKind> = {
  AnonymousAccessToken: 'anonymous',
  CustomerAccessToken: 'customer',
  OAuth2: 'staff',
};

const document = documentOf('emporix');

/** Every operation of the Emporix API's document in the repository. */
export const operations: Operation[] = operationsOf(document);

/** Every operation of the Glue API's document in the repository. */
export const glueOperations: Operation[] = operationsOf(documentOf('glue'));

function documentOf(api: string): Document {
  return JSON.parse(readFileSync(new URL(`../../openapi/${api}.json`, import.meta.url), 'utf8')) as Document;
}

function operationsOf({ paths }: Document): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => method !== 'parameters')
      .map(([method, operation]) => read(method.toUpperCase(), path, operation)),
  );
}

function read(method: string, path: string, operation: DocumentedOperation): Operation {
  const { security = [], responses, parameters = [], requestBody } = operation;
  const content = requestBody?.content['application/json']?.schema;
  const reference = content?.$ref;
  const type = content?.properties?.data?.properties?.type?.enum?.[0];
  const schema = reference && document.components.schemas[reference.replace('#/components/schemas/', '')];
  return {
    name: `${method} ${path}`,
    method,
    path,
    tokens: [...new Set(security.flatMap((requirement) => Object.keys(requirement).map(tokenOf)))],
    scopes: security.flatMap(({ OAuth2 = [] }) => OAuth2),
    statuses: Object.keys(responses).map(Number),
    query: parameters
      .filter(({ in: place, name, required }) => place === 'query' && (required || alsoInHeader.includes(name)))
      .map(({ name }) => name),
    ids: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').filter((name) => name !== 'tenant'),
    ...(type && { type }),
    ...(schema && { body: schema.properties ?? {} }),
  };
}

function tokenOf(scheme: string): TokenKind {
  const token = schemes[scheme];
  if (!token) throw new Error(`The document names the unknown security scheme ${scheme}`);
  return token;
}

/** The path of a request with all parameters; those without a value become `missing`. */
export function urlOf({ path, query }: Operation, values: Record<string, string> = {}): string {
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? 'missing'));
  const parameters = new URLSearchParams(Object.fromEntries(query.map((name) => [name, values[name] ?? 'missing'])));
  return query.length > 0 ? `${url}?${parameters.toString()}` : url;
}
