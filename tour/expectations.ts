/** Expectations of a response body: plain values, objects with all their keys, and the checks below. */
import { inspect } from 'node:util';

export interface Difference {
  path: string;
  expected: string;
  got: unknown;
}

/** The type of a value that matches the expectation. */
export type MatchOf<E> =
  E extends Check<infer T> ? T : E extends RegExp ? string : E extends object ? { [K in keyof E]: MatchOf<E[K]> } : E;

/** Compares a value. @returns true or undefined if it matches */
type Matcher = (got: unknown, path: string) => boolean | Difference | undefined;

/** An expectation that is not a plain value. */
export class Check<T> {
  readonly description: string;
  readonly match: Matcher;
  readonly type?: T;

  constructor(description: string, match: Matcher) {
    this.description = description;
    this.match = match;
  }
}

export const anything = new Check<unknown>('anything', () => true);
export const flag = new Check<boolean>('true or false', (got) => typeof got === 'boolean');
export const text = new Check<string>('some text', (got) => typeof got === 'string' && got !== '');
export const otherThan = (old: string) =>
  new Check<string>(
    'a text that differs from the old one',
    (got) => typeof got === 'string' && got !== '' && got !== old,
  );
export const integer = (minimum: number, maximum: number) =>
  new Check<number>(
    `a whole number from ${minimum} to ${maximum}`,
    (got) => typeof got === 'number' && Number.isInteger(got) && got >= minimum && got <= maximum,
  );
export const optional = <E>(expected: E) =>
  new Check<MatchOf<E> | undefined>(
    `nothing, or ${describe(expected)}`,
    (got, path) => (got ?? undefined) === undefined || compare(expected, got, path),
  );
/** An object with at least these keys. */
export const having = <E extends object>(expected: E) =>
  new Check<MatchOf<E>>(describe(expected), (got, path) => compareFields(expected, got, path));
export const containing = <E>(expected: E) =>
  new Check<MatchOf<E>[]>(
    `a list with ${describe(expected)} in it`,
    (got) => Array.isArray(got) && got.some((item) => !compare(expected, item, '')),
  );
/** A list of exactly these items. The most specific expectation must come first. */
export const inAnyOrder = <E>(...expected: E[]) =>
  new Check<MatchOf<E>[]>(`${describe(expected)} in any order`, (got, path) => {
    if (!Array.isArray(got) || got.length !== expected.length) return false;
    const left = new Map<number, unknown>(got.entries());
    const unmet = expected.filter((each) => {
      const match = [...left].find(([, item]) => !compare(each, item, ''));
      return !match || !left.delete(match[0]);
    });
    const [unmatched] = left;
    return unmatched && compare(unmet[0], unmatched[1], `${path}.${unmatched[0]}`);
  });
export const listOf = <E>(expected: E) =>
  new Check<MatchOf<E>[]>(
    `a list of ${describe(expected)}`,
    (got, path) =>
      Array.isArray(got) &&
      compareFields(
        got.map(() => expected),
        got,
        path,
      ),
  );
export const jwt = (header: object, claims: object) =>
  new Check<string>(
    `a JWT with ${describe({ header, claims })}`,
    (got, path) =>
      typeof got === 'string' &&
      /^[\w-]+\.[\w-]+\.[\w-]+$/.test(got) &&
      compare({ header: having(header), claims: having(claims) }, decodeJwt(got), path),
  );

/** A token response: each renamed field also appears under its old name, with the same value. */
export const withOldNames = <E extends object>(expected: E) =>
  new Check<MatchOf<E>>(describe(expected), (got, path) => {
    const renamed = ['access_token', 'expires_in', 'refresh_token', 'refresh_token_expires_in', 'saas_token'];
    const oldFields = renamed
      .filter((name) => name in expected)
      .map((name) => {
        const oldName = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
        return [oldName, new Check(`the same as ${name}`, (old) => isObject(got) && old === Reflect.get(got, name))];
      });
    return compare({ ...expected, ...Object.fromEntries(oldFields) }, got, path);
  });

/** The header and the claims of a JWT. The signature is not verified. */
export function decodeJwt(token: string): { header: unknown; claims: unknown } {
  const [header, claims] = token.split('.').map((part) => parseJson(Buffer.from(part, 'base64url').toString()));
  return { header, claims };
}

/** The parsed JSON, or the text if it is not JSON. */
export function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}

/** The first difference between a value and the expectation. */
export function compare(expected: unknown, got: unknown, path: string): Difference | undefined {
  const differs = { path, expected: describe(expected), got };
  if (expected instanceof Check) {
    const result = expected.match(got, path);
    return typeof result === 'boolean' ? (result ? undefined : differs) : result;
  }
  if (expected instanceof RegExp) return typeof got === 'string' && expected.test(got) ? undefined : differs;
  if (!isObject(expected)) return Object.is(expected, got) ? undefined : differs;

  const difference = compareFields(expected, got, path);
  const unexpected = isObject(got) ? Object.entries(got).find(([key]) => !Object.hasOwn(expected, key)) : undefined;
  return (
    difference ?? (unexpected && { path: `${path}.${unexpected[0]}`, expected: 'no such field', got: unexpected[1] })
  );
}

function compareFields(expected: object, got: unknown, path: string): Difference | undefined {
  if (!isObject(got) || Array.isArray(expected) !== Array.isArray(got)) {
    return { path, expected: describe(expected), got };
  }
  for (const [key, value] of Object.entries(expected)) {
    const difference = compare(value, Reflect.get(got, key), `${path}.${key}`);
    if (difference) return difference;
  }
  return undefined;
}

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function describe(expected: unknown): string {
  if (expected instanceof Check) return expected.description;
  if (!isObject(expected) || expected instanceof RegExp) return inspect(expected);
  if (Array.isArray(expected)) return `[${expected.map(describe).join(', ')}]`;
  const fields = Object.entries(expected).map(([key, value]) => `${key}: ${describe(value)}`);
  return `{ ${fields.join(', ')} }`;
}
