import { readFileSync } from 'node:fs';

/** The parts of a schema from which Swagger UI generates a sample. */
interface Schema {
  $ref?: string;
  allOf?: Schema[];
  oneOf?: Schema[];
  type?: string;
  format?: string;
  example?: unknown;
  default?: unknown;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  minimum?: number;
  minLength?: number;
  maxLength?: number;
}

interface Content {
  schema: Schema;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}

interface Parameter {
  in: string;
  name: string;
  required?: boolean;
  description?: string;
  schema: Schema;
}

interface Document {
  paths: Record<
    string,
    Record<string, { parameters?: Parameter[]; requestBody?: { content: Record<string, Content> } }>
  >;
  components: { schemas: Record<string, Schema> };
}

export type Api = 'emporix' | 'glue';

const read = (api: Api): Document =>
  JSON.parse(readFileSync(new URL(`../../openapi/${api}.json`, import.meta.url), 'utf8')) as Document;
const documents = { emporix: read('emporix'), glue: read('glue') };

/** A body that Swagger UI suggests. */
export interface Sample {
  name: string;
  contentType: string;
  body: unknown;
}

/**
 * The bodies that Swagger UI suggests for an operation: its named examples, or a sample of its schema if it has none. In
 * a form, Swagger UI fills in only fields that have an example.
 */
export function samplesOf(api: Api, method: string, path: string): Sample[] {
  const contents = documents[api].paths[path]?.[method.toLowerCase()]?.requestBody?.content ?? {};
  return Object.entries(contents).flatMap(([contentType, { schema, example, examples }]): Sample[] => {
    if (contentType === 'application/x-www-form-urlencoded') {
      return [{ name: 'the form', contentType, body: examplesIn(api, schema) }];
    }
    if (examples) return Object.entries(examples).map(([name, { value }]) => ({ name, contentType, body: value }));
    return [{ name: 'the sample', contentType, body: example ?? sampleOf(api, schema) }];
  });
}

/** The optional query parameters of an operation. */
export function optionsOf(api: Api, method: string, path: string): Parameter[] {
  const { parameters = [] } = documents[api].paths[path]?.[method.toLowerCase()] ?? {};
  return parameters.filter((parameter) => parameter.in === 'query' && !parameter.required);
}

/** The objects in a document for which Swagger UI would show `additionalProp1`, with their paths. */
export function mapsWithoutExample(api: Api): string[] {
  const found: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const { additionalProperties, example } = value as Schema;
    if (example !== undefined) return;
    if (additionalProperties) found.push(path);
    for (const [key, inner] of Object.entries(value)) visit(inner, `${path}/${key}`);
  };
  visit(documents[api], '');
  return found;
}

function examplesIn(api: Api, schema: Schema): object {
  const { properties = {} } = resolve(api, schema);
  const fields = Object.entries(properties).map(([name, { example, enum: values }]) => [name, example ?? values?.[0]]);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined)) as object;
}

function resolve(api: Api, schema: Schema): Schema {
  const name = schema.$ref?.replace('#/components/schemas/', '');
  return name === undefined ? schema : (documents[api].components.schemas[name] ?? {});
}

/** Every example of a string schema in the document, with its path. */
export function examplesOfTexts(): [string, unknown][] {
  const found: [string, unknown][] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const { type, example } = value as Schema;
    if (type === 'string' && example !== undefined) found.push([path, example]);
    for (const [key, inner] of Object.entries(value)) visit(inner, `${path}/${key}`);
  };
  visit(documents.emporix, '');
  return found;
}

function sampleOf(api: Api, schema: Schema): unknown {
  if (schema.$ref) return sampleOf(api, resolve(api, schema));
  if (schema.allOf) {
    return Object.fromEntries(schema.allOf.flatMap((part) => Object.entries(sampleOf(api, part) as object)));
  }
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.oneOf?.[0]) return sampleOf(api, schema.oneOf[0]);
  switch (schema.type) {
    case 'array':
      return [sampleOf(api, schema.items ?? {})];
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    case 'boolean':
      return true;
    case 'object':
      return objectOf(api, schema);
    default:
      return textOf(schema);
  }
}

function objectOf(api: Api, { properties = {}, additionalProperties: more }: Schema): object {
  const named: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) named[name] = sampleOf(api, property);
  if (!more) return named;
  const value = more === true ? {} : sampleOf(api, more);
  return { ...named, additionalProp1: value, additionalProp2: value, additionalProp3: value };
}

function textOf({ format, minLength = 0, maxLength = Infinity }: Schema): string {
  const now = new Date().toISOString();
  const formats: Record<string, string> = { 'date-time': now, date: now.slice(0, 10), email: 'user@example.com' };
  return (formats[format ?? ''] ?? 'string').padEnd(minLength, 'string').slice(0, maxLength);
}
