import type { Document } from './requests.ts';

/** The parts of an OpenAPI schema that determine an example. */
export interface Schema {
  $ref?: string;
  allOf?: Schema[];
  oneOf?: Schema[];
  type?: string;
  format?: string;
  example?: unknown;
  default?: unknown;
  enum?: unknown[];
  items?: Schema;
  required?: string[];
  properties?: Record<string, Schema>;
}

/** Returns an example of a schema. An object contains the properties that are required or have an example. */
export function sampleOf(document: Document, schema: Schema): unknown {
  const { $ref, allOf, oneOf, type, format, example, items, required = [], properties = {} } = schema;
  if (example !== undefined) return example;
  if ($ref) return sampleOf(document, document.components.schemas[$ref.replace('#/components/schemas/', '')] ?? {});
  if (allOf) return Object.assign({}, ...allOf.map((part) => sampleOf(document, part))) as unknown;
  if (oneOf?.[0]) return sampleOf(document, oneOf[0]);
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  switch (type) {
    case 'array':
      return items ? [sampleOf(document, items)] : [];
    case 'object':
      return Object.fromEntries(
        Object.entries(properties)
          .filter(([name, property]) => required.includes(name) || property.example !== undefined)
          .map(([name, property]) => [name, sampleOf(document, property)]),
      );
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return true;
    default:
      return format === 'date-time' ? '2030-01-31T12:00:00.000Z' : '';
  }
}
