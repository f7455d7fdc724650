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

const document = JSON.parse(readFileSync(new URL('../../openapi/emporix.json', import.meta.url), 'utf8')) as Document;

/**
 * The bodies that Swagger UI suggests for an operation: its named examples, or a sample of its schema if it has none.
 */
export function samplesOf(method: string, path: string): [string, unknown][] {
  const content = document.paths[path]?.[method.toLowerCase()]?.requestBody?.content['application/json'];
  if (!content) return [];
  if (content.examples) return Object.entries(content.examples).map(([name, { value }]) => [name, value]);
  return [['the sample', content.example ?? sampleOf(content.schema)]];
}

/** The optional query parameters of an operation. */
export function optionsOf(method: string, path: string): Parameter[] {
  const { parameters = [] } = document.paths[path]?.[method.toLowerCase()] ?? {};
  return parameters.filter((parameter) => parameter.in === 'query' && !parameter.required);
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
  visit(document, '');
  return found;
}

function sampleOf(schema: Schema): unknown {
  if (schema.$ref) return sampleOf(document.components.schemas[schema.$ref.replace('#/components/schemas/', '')] ?? {});
  if (schema.allOf) return Object.fromEntries(schema.allOf.flatMap((part) => Object.entries(sampleOf(part) as object)));
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.oneOf?.[0]) return sampleOf(schema.oneOf[0]);
  switch (schema.type) {
    case 'array':
      return [sampleOf(schema.items ?? {})];
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    case 'boolean':
      return true;
    case 'object':
      return objectOf(schema);
    default:
      return textOf(schema);
  }
}

function objectOf({ properties = {}, additionalProperties: more }: Schema): object {
  const named: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) named[name] = sampleOf(property);
  if (!more) return named;
  const value = more === true ? {} : sampleOf(more);
  return { ...named, additionalProp1: value, additionalProp2: value, additionalProp3: value };
}

function textOf({ format, minLength = 0, maxLength = Infinity }: Schema): string {
  const now = new Date().toISOString();
  const formats: Record<string, string> = { 'date-time': now, date: now.slice(0, 10), email: 'user@example.com' };
  return (formats[format ?? ''] ?? 'string').padEnd(minLength, 'string').slice(0, maxLength);
}
