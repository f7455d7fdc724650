import { type Facts, join, labelled, NO_TOKEN, type Operation, type OperationName } from './openapi.js';

type JsonType = 'string' | 'integer' | 'number' | 'boolean' | 'object';

/**
 * The JSON type of a value, then the other facts of the contract: `string minLength=1 deprecated`. Only the type is
 * compared with our document, because our limits may be stricter by decision. The rest is for the author of the DTO.
 */
type Value = JsonType | `${JsonType} ${string}`;

/** The structure of a value: `['string']` is an array of strings. */
export type Shape = Value | Fields | readonly [Shape];

/** An object's properties. A key may name several of the same type, separated by blanks. `!` marks a required one. */
export interface Fields {
  readonly [names: string]: Shape;
}

/** A body, by content type. `{}` is a response without a body. */
export type Content = Readonly<Record<string, Shape>>;

/** One operation of a contract. */
export interface OperationFacts {
  /** Alternatives, each with a scheme and its scopes. An empty list requires no token. */
  security: readonly string[];
  path?: Fields;
  query?: Fields;
  header?: Fields;
  request?: Content;
  responses: Readonly<Record<number, Content>>;
  responseHeaders?: Readonly<Record<number, Fields>>;
}

/** The operations of a contract by method and path. */
export type Operations = Readonly<Record<OperationName, OperationFacts>>;

/** A body of `application/json`. */
export function json(shape: Shape): Content {
  return { 'application/json': shape };
}

function* walk(shape: Shape, path: string): Generator<[path: string, type: string]> {
  if (typeof shape === 'string') {
    yield [path, typeOf(shape)];
  } else if (isList(shape)) {
    yield [path, 'array'];
    yield* walk(shape[0], `${path}[]`);
  } else {
    yield [path, 'object'];
    for (const [name, property] of properties(shape)) yield* walk(property, join(path, name.replace('!', '')));
  }
}

function isList(shape: Fields | readonly [Shape]): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function typeOf(shape: Shape): string {
  return typeof shape === 'string' ? shape.replace(/ .*/, '') : 'object';
}

function properties(fields: Fields): [name: string, property: Shape][] {
  return Object.entries(fields).flatMap(([names, property]) =>
    names.split(' ').map((name): [string, Shape] => [name, property]),
  );
}

function parametersOf(place: string, fields: Fields = {}): [name: string, fact: string][] {
  return properties(fields).map(([name, shape]) => [
    `${place}:${name.replace('!', '')}`,
    `${typeOf(shape)}${name.endsWith('!') ? ' required' : ''}`,
  ]);
}

function contentOf(label: string, content: Content = {}): [name: string, fact: string | undefined][] {
  return Object.entries(content).flatMap(([type, shape]) =>
    Object.entries(labelled(`${label} ${type}`.trim(), flattenShape(shape))),
  );
}

/** Maps the dotted path of every property to its JSON type, as `flatten` does for a schema. */
export function flattenShape(shape: Shape): Facts {
  return Object.fromEntries(walk(shape, ''));
}

/** The requirements of a contract for one operation, in the format of `operationOf`. */
export function expectationOf(facts: OperationFacts): Operation {
  const schemes = facts.security.map((alternative) => alternative.replace(/ .*/, ''));
  return {
    parameters: Object.fromEntries([
      ...parametersOf('path', facts.path),
      ...parametersOf('query', facts.query),
      ...parametersOf('header', facts.header),
    ]),
    security: Object.fromEntries((schemes.length > 0 ? schemes : [NO_TOKEN]).map((scheme) => [scheme, 'accepted'])),
    'request properties': Object.fromEntries(contentOf('', facts.request)),
    statuses: Object.fromEntries(Object.keys(facts.responses).map((status) => [status, 'answered'])),
    'response properties': Object.fromEntries([
      ...Object.entries(facts.responses).flatMap(([status, content]) => contentOf(status, content)),
      ...Object.entries(facts.responseHeaders ?? {}).flatMap(([status, headers]) =>
        properties(headers).map(([name, shape]) => [`${status} header ${name}`, typeOf(shape)]),
      ),
    ]),
  };
}
