import { readFileSync } from 'node:fs';

export type Token = 'anonymous' | 'customer' | 'staff';

/** Query parameters in whose place a header may come. */
const inHeaderToo = ['refreshToken', 'accessToken', 'refresh_token', 'code', 'subjectAccessToken'];

export interface Property {
  type?: string;
  nullable?: boolean;
  maxLength?: number;
  $ref?: string;
  enum?: string[];
  properties?: Record<string, Property>;
}

/** An operation of the document, as the stories that are made from it see it. */
export interface Operation {
  /** `PATCH /customer/{tenant}/me` */
  name: string;
  method: string;
  path: string;
  /** Whose tokens it takes; none of them where anybody may call. */
  tokens: Token[];
  /** What a staff token needs; any one of them. */
  scopes: string[];
  statuses: number[];
  /** Names of the query parameters that a request needs. */
  query: string[];
  /** Names of the parameters in its path, but for the tenant. */
  ids: string[];
  /** The type of the resource in its body, in the second dialect. */
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

const schemes: Record<string, Token> = {
  AnonymousAccessToken: 'anonymous',
  CustomerAccessToken: 'customer',
  OAuth2: 'staff',
};

const document = documentOf('emporix');

/** Every operation of the first dialect's document that the repository keeps. */
export const operations: Operation[] = operationsOf(document);

/** Those of the second dialect's. */
export const glueOperations: Operation[] = operationsOf(documentOf('glue'));

function documentOf(dialect: string): Document {
  return JSON.parse(readFileSync(new URL(`../../openapi/${dialect}.json`, import.meta.url), 'utf8')) as Document;
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
      .filter(({ in: place, name, required }) => place === 'query' && (required || inHeaderToo.includes(name)))
      .map(({ name }) => name),
    ids: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').filter((name) => name !== 'tenant'),
    ...(type && { type }),
    ...(schema && { body: schema.properties ?? {} }),
  };
}

function tokenOf(scheme: string): Token {
  const token = schemes[scheme];
  if (!token) throw new Error(`The document names the security scheme ${scheme}, which no story knows`);
  return token;
}

/** The path of a request, with every parameter filled in; what is not given becomes `missing`. */
export function urlOf({ path, query }: Operation, values: Record<string, string> = {}): string {
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? 'missing'));
  const parameters = new URLSearchParams(Object.fromEntries(query.map((name) => [name, values[name] ?? 'missing'])));
  return query.length > 0 ? `${url}?${parameters.toString()}` : url;
}
