import { readFileSync } from 'node:fs';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

interface Reference {
  $ref: string;
}

/** The parts of a JSON schema that define properties and their types. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}

interface Parameter {
  in: string;
  name: string;
  required?: boolean;
  schema?: Schema;
}

interface Body {
  content?: Record<string, { schema?: Schema }>;
}

interface Response extends Body {
  headers?: Record<string, Reference | { schema?: Schema }>;
}

type SecurityRequirement = Record<string, string[]>;

interface OperationObject {
  parameters?: (Parameter | Reference)[];
  requestBody?: Body | Reference;
  responses?: Record<string, Response | Reference>;
  security?: SecurityRequirement[];
}

type PathItem = Partial<Record<Method, OperationObject>> & { parameters?: (Parameter | Reference)[] };

interface SecurityScheme {
  type: string;
  scheme?: string;
  flows?: Record<string, unknown>;
}

/** The parts of an OpenAPI 3.0 or 3.1 document that a contract covers. */
export interface Document {
  paths: Record<string, PathItem>;
  security?: SecurityRequirement[];
  components?: {
    schemas?: Record<string, Schema>;
    parameters?: Record<string, Parameter>;
    responses?: Record<string, Response>;
    requestBodies?: Record<string, Body>;
    securitySchemes?: Record<string, SecurityScheme>;
  };
}

/** Method and path of an operation: `POST /customer/{tenant}/login`. */
export type OperationName = `${Uppercase<Method>} /${string}`;

/** Facts by name; `undefined` requires nothing. */
export type Facts = Record<string, string | undefined>;

export const aspects = ['parameters', 'security', 'request properties', 'statuses', 'response properties'] as const;

export type Aspect = (typeof aspects)[number];

/**
 * The facts of an operation as flat records, so that two operations can be compared line by line:
 * `query:client_id` is `string required`, `200 application/json accounts[].id` is `string`.
 */
export type Operation = Record<Aspect, Facts>;

/** The key under `security` of an operation that requires no token. */
export const NO_TOKEN = 'no token';

/** OpenAPI 3 ignores header parameters of these names: security and content types describe them. */
const ignoredHeaders = ['accept', 'authorization', 'content-type'];

/** Reads a generated document of the repository, such as `openapi/emporix.json`. */
export function readDocument(path: string): Document {
  return JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')) as Document;
}

function lookUp<T>(document: Document, reference: string): T {
  const target = reference
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);
  if (target === undefined) throw new Error(`the document refers to ${reference}, which is not in it`);
  return target as T;
}

function resolve<T extends object>(document: Document, value: T | Reference): T {
  return '$ref' in value ? lookUp<T>(document, value.$ref) : value;
}

function typesOf({ type, properties, items }: Schema): string[] {
  if (type) return [type].flat().filter((name) => name !== 'null');
  if (properties) return ['object'];
  return items ? ['array'] : [];
}

/** Appends a property's name to the path of its object. */
export function join(path: string, name: string): string {
  return path ? `${path}.${name}` : name;
}

function* visit(
  document: Document,
  schema: Schema,
  path: string,
  through: readonly string[],
): Generator<[path: string, types: string[]]> {
  yield [path, typesOf(schema)];
  if (schema.$ref && !through.includes(schema.$ref)) {
    yield* visit(document, lookUp<Schema>(document, schema.$ref), path, [...through, schema.$ref]);
  }
  for (const part of [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])]) {
    yield* visit(document, part, path, through);
  }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    yield* visit(document, property, join(path, name), through);
  }
  if (schema.items) yield* visit(document, schema.items, `${path}[]`, through);
  if (typeof schema.additionalProperties === 'object') {
    yield* visit(document, schema.additionalProperties, join(path, '*'), through);
  }
}

/**
 * Every property of a schema by its dotted path (`accounts[].id`; the empty path is the schema itself) with its JSON
 * type. Parts and alternatives are merged; several types are joined by `|`, null is omitted, no type is `any`.
 */
export function flatten(document: Document, schema: Schema): Record<string, string> {
  const found = new Map<string, Set<string>>();
  for (const [path, types] of visit(document, schema, '', [])) {
    found.set(path, new Set([...(found.get(path) ?? []), ...types]));
  }
  return Object.fromEntries([...found].map(([path, types]) => [path, [...types].join('|') || 'any']));
}

/** Prefixes every name with a label. */
export function labelled(label: string, facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [`${label} ${name}`.trim(), fact]));
}

function merge(all: Facts[]): Facts {
  return Object.assign({}, ...all) as Facts;
}

function parametersOf(document: Document, parameters: (Parameter | Reference)[]): Facts {
  return merge(
    parameters
      .map((parameter) => resolve(document, parameter))
      .filter((parameter) => parameter.in !== 'header' || !ignoredHeaders.includes(parameter.name.toLowerCase()))
      .map(({ in: place, name, required, schema }) => ({
        [`${place}:${name}`]: `${flatten(document, schema ?? {})['']}${required ? ' required' : ''}`,
      })),
  );
}

function contentOf(document: Document, label: string, { content = {} }: Body): Facts {
  return merge(
    Object.entries(content).map(([type, { schema }]) =>
      labelled(`${label} ${type}`.trim(), flatten(document, schema ?? {})),
    ),
  );
}

function responseOf(document: Document, status: string, response: Response): Facts {
  const headers = Object.entries(response.headers ?? {}).map(([name, header]) => ({
    [`${status} header ${name}`]: flatten(document, resolve(document, header).schema ?? {})[''],
  }));
  return merge([...headers, contentOf(document, status, response)]);
}

function securityOf(requirements: SecurityRequirement[]): Facts {
  if (requirements.length === 0) return { [NO_TOKEN]: 'accepted' };
  // All schemes of one requirement must be met; the requirements are alternatives.
  const alternatives = requirements.map((requirement) => Object.keys(requirement).join(' and ') || NO_TOKEN);
  return Object.fromEntries(alternatives.map((scheme) => [scheme, 'accepted']));
}

/** Returns the facts of one operation; throws if the document does not contain it. */
export function operationOf(document: Document, name: OperationName): Operation {
  const [method, path] = name.split(' ') as [string, string];
  const item = document.paths[path];
  const operation = item?.[method.toLowerCase() as Method];
  if (!item || !operation) throw new Error(`the document has no operation ${name}`);
  const responses = Object.entries(operation.responses ?? {});
  return {
    parameters: parametersOf(document, [...(item.parameters ?? []), ...(operation.parameters ?? [])]),
    security: securityOf(operation.security ?? document.security ?? []),
    'request properties': contentOf(document, '', resolve(document, operation.requestBody ?? {})),
    statuses: Object.fromEntries(responses.map(([status]) => [status, 'answered'])),
    'response properties': merge(
      responses.map(([status, response]) => responseOf(document, status, resolve(document, response))),
    ),
  };
}

/** Describes a security scheme: `http bearer`, `oauth2 clientCredentials`. */
export function schemeOf(document: Document, name: string): string | undefined {
  const scheme = document.components?.securitySchemes?.[name];
  return scheme && [scheme.type, scheme.scheme, ...Object.keys(scheme.flows ?? {})].filter(Boolean).join(' ');
}

/** Ours fits if it accepts the contract's type, or an integer for a number, and requires no more than the contract. */
function fits(ours: string, contract: string): boolean {
  const [types = '', required] = ours.split(' ');
  const [type = '', mayBeRequired] = contract.split(' ');
  const accepted = type === 'number' ? ['number', 'integer'] : [type];
  return types.split('|').some((name) => accepted.includes(name)) && (!required || Boolean(mayBeRequired));
}

/** Lists where our facts fall short of the contract's, one sentence each; additional facts are allowed. */
export function differences(contract: Facts, ours: Facts): string[] {
  const short = Object.entries(contract).flatMap(([name, fact]) => {
    const own = ours[name];
    if (fact === undefined) return [];
    if (own === undefined) return [`${name} is missing`];
    return fits(own, fact) ? [] : [`${name} is ${own} instead of ${fact}`];
  });
  const demanded = Object.entries(ours)
    .filter(([name, own]) => !(name in contract) && own?.endsWith(' required'))
    .map(([name]) => `${name} is required, the contract does not have it`);
  return [...short, ...demanded];
}
