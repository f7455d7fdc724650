import { readFileSync } from 'node:fs';
import { sampleOf, type Schema } from './sample.ts';

/** The holder of the token that a request sends. */
export type Holder = 'visitor' | 'customer' | 'employee' | 'glueCustomer' | 'agent';

/** A request of a collection. Texts contain variables such as `{{baseUrl}}`. */
export interface CollectionRequest {
  /** Unique in its file; other requests refer to it. */
  name: string;
  title: string;
  folder: string;
  method: string;
  /** The URL without a query. */
  url: string;
  /** The values are percent-encoded. */
  query: Record<string, string>;
  headers: Record<string, string>;
  /** A JSON value, or the fields of a form. */
  body?: { json: unknown } | { form: Record<string, string> };
  token?: Holder;
  /** The variables that are set from the response, with the paths of their values in its body. */
  sets?: Record<string, string>;
  /**
   * Properties of the body that have a new value in each run. The function creates it from a unique number. Later requests
   * can use it.
   */
  fresh?: Record<string, (number: string) => string>;
  status?: number;
}

/** The properties of a request that the OpenAPI document does not define. */
export type Step = Pick<CollectionRequest, 'name'> &
  Partial<Pick<CollectionRequest, 'body' | 'query' | 'token' | 'sets' | 'fresh'>>;

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: Schema;
  example?: unknown;
}

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters?: Parameter[];
  security?: Record<string, string[]>[];
  requestBody?: {
    content: Record<string, { schema: Schema; example?: unknown; examples?: Record<string, { value: unknown }> }>;
  };
  responses: Record<string, unknown>;
}

/** An OpenAPI document. */
export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** The security schemes of each API with the holder of their tokens, in order of preference. */
const apis = {
  emporix: [
    ['CustomerAccessToken', 'customer'],
    ['OAuth2', 'employee'],
    ['AnonymousAccessToken', 'visitor'],
  ],
  glue: [
    ['CustomerAccessToken', 'glueCustomer'],
    ['OAuth2', 'agent'],
  ],
} as const;

export type Api = keyof typeof apis;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const FORM = 'application/x-www-form-urlencoded';

/** Headers that the documents declare as optional, because a query parameter can replace them, by operation. */
const knownHeaders: Record<string, Record<string, string>> = {
  refreshAnonymousToken: { 'Refresh-Token': '{{visitorRefreshToken}}' },
  refreshCustomerToken: { 'Refresh-Token': '{{customerRefreshToken}}' },
  logOut: { 'Access-Token': '{{customer}}' },
};

/** Query parameters whose values are variables of the collection. */
const knownParameters: Record<string, string> = { tenant: '{{tenant}}', client_id: '{{storefrontClientId}}' };

/** Reads the document of an API. */
export function documentOf(api: Api): Document {
  return JSON.parse(readFileSync(new URL(`../../openapi/${api}.json`, import.meta.url), 'utf8')) as Document;
}

/** One request for each operation of an API. */
export function requestsOf(api: Api): CollectionRequest[] {
  const document = documentOf(api);
  return Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      return operation ? [requestOf(api, document, method, path, operation)] : [];
    }),
  );
}

/**
 * Returns the request for an operation, with the values of a step.
 *
 * @param operation such as `POST /oauth/token`
 * @throws Error if the document does not contain the operation
 */
export function step(api: Api, operation: string, values: Step): CollectionRequest {
  const [method = '', path = ''] = operation.split(' ');
  const document = documentOf(api);
  const found = document.paths[path]?.[method.toLowerCase()];
  if (!found) throw new Error(`openapi/${api}.json has no operation ${operation}`);
  const { token, ...request } = requestOf(api, document, method.toLowerCase(), path, found);
  return { ...request, ...(token && { token }), ...values };
}

function requestOf(api: Api, document: Document, method: string, path: string, operation: Operation): CollectionRequest {
  const { operationId, summary, tags, parameters = [], security = [], requestBody, responses } = operation;
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const example = content && (content.example ?? Object.values(content.examples ?? {})[0]?.value);
  const sample = content && (example ?? sampleOf(document, content.schema));
  const [, holder] = apis[api].find(([scheme]) => security.some((requirement) => scheme in requirement)) ?? [];
  const agentHeader = parameters.some(({ name }) => name === 'X-Agent-Authorization');
  const required = parameters.filter(({ in: place, required }) => place === 'query' && required);
  return {
    name: operationId,
    title: summary,
    folder: `${api}/${tags[0] ?? 'other'}`,
    method: method.toUpperCase(),
    url: `{{baseUrl}}${path.replace(/\{(\w+)\}/g, '{{$1}}')}`,
    query: Object.fromEntries(required.map(({ name, schema }) => [name, knownParameters[name] ?? encodeURI(exampleOf(schema))])),
    headers: {
      ...(type && type !== FORM && { 'Content-Type': type }),
      ...(agentHeader && { 'X-Agent-Authorization': 'Bearer {{agent}}' }),
      ...knownHeaders[operationId],
    },
    ...(content && { body: type === FORM ? { form: sample as Record<string, string> } : { json: sample } }),
    ...(holder && !agentHeader && { token: holder }),
    status: Number(Object.keys(responses).find((status) => status.startsWith('2'))),
  };
}

function exampleOf(schema: Schema | undefined): string {
  return typeof schema?.example === 'string' ? schema.example : '';
}
