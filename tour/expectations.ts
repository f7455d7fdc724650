/** What an answer must look like: plain values, objects that name every key, and the checks below. */
import { inspect } from 'node:util';

export interface Difference {
  path: string;
  expected: string;
  got: unknown;
}

/** What a value that met an expectation is known to be. */
export type Seen<E> =
  E extends Check<infer T> ? T : E extends RegExp ? string : E extends object ? { [K in keyof E]: Seen<E[K]> } : E;

type Verdict = (got: unknown, path: string) => boolean | Difference | undefined;

/** An expectation that is more than a plain value; the verdict is true or undefined when it is met. */
export class Check<T> {
  readonly expects: string;
  readonly verdict: Verdict;
  readonly type?: T;

  constructor(expects: string, verdict: Verdict) {
    this.expects = expects;
    this.verdict = verdict;
  }
}

export const anything = new Check<unknown>('anything', () => true);
export const flag = new Check<boolean>('true or false', (got) => typeof got === 'boolean');
export const text = new Check<string>('some text', (got) => typeof got === 'string' && got !== '');
export const otherThan = (old: string) =>
  new Check<string>('another text than before', (got) => typeof got === 'string' && got !== '' && got !== old);
export const whole = (least: number, most: number) =>
  new Check<number>(
    `a whole number from ${least} to ${most}`,
    (got) => typeof got === 'number' && Number.isInteger(got) && got >= least && got <= most,
  );
export const optional = <E>(expected: E) =>
  new Check<Seen<E> | undefined>(
    `nothing, or ${describe(expected)}`,
    (got, path) => (got ?? undefined) === undefined || compare(expected, got, path),
  );
/** An object with at least these keys. */
export const having = <E extends object>(expected: E) =>
  new Check<Seen<E>>(describe(expected), (got, path) => compareFields(expected, got, path));
export const containing = <E>(expected: E) =>
  new Check<Seen<E>[]>(
    `a list with ${describe(expected)} in it`,
    (got) => Array.isArray(got) && got.some((item) => !compare(expected, item, '')),
  );
/** A list of exactly these, the most particular expectation first. */
export const inAnyOrder = <E>(...expected: E[]) =>
  new Check<Seen<E>[]>(`${describe(expected)} in any order`, (got, path) => {
    if (!Array.isArray(got) || got.length !== expected.length) return false;
    const left = new Map<number, unknown>(got.entries());
    const unmet = expected.filter((each) => {
      const match = [...left].find(([, item]) => !compare(each, item, ''));
      return !match || !left.delete(match[0]);
    });
    const [stranger] = left;
    return stranger && compare(unmet[0], stranger[1], `${path}.${stranger[0]}`);
  });
export const listOf = <E>(expected: E) =>
  new Check<Seen<E>[]>(
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
      compare({ header: having(header), claims: having(claims) }, decoded(got), path),
  );

/** A token answer: each of its fields that was renamed also appears under the old name, with the same value. */
export const twinned = <E extends object>(expected: E) =>
  new Check<Seen<E>>(describe(expected), (got, path) => {
    const renamed = ['access_token', 'expires_in', 'refresh_token', 'refresh_token_expires_in', 'saas_token'];
    const twins = renamed
      .filter((name) => name in expected)
      .map((name) => {
        const oldName = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
        return [oldName, new Check(`the same as ${name}`, (old) => isObject(got) && old === Reflect.get(got, name))];
      });
    return compare({ ...expected, ...Object.fromEntries(twins) }, got, path);
  });

/** Header and claims of a JWT, its signature unchecked. */
export function decoded(token: string): { header: unknown; claims: unknown } {
  const [header, claims] = token.split('.').map((part) => parsed(Buffer.from(part, 'base64url').toString()));
  return { header, claims };
}

/** JSON if it is JSON, else the text itself. */
export function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}

/** The first place where `got` is not what was expected. */
export function compare(expected: unknown, got: unknown, path: string): Difference | undefined {
  const differs = { path, expected: describe(expected), got };
  if (expected instanceof Check) {
    const verdict = expected.verdict(got, path);
    return typeof verdict === 'boolean' ? (verdict ? undefined : differs) : verdict;
  }
  if (expected instanceof RegExp) return typeof got === 'string' && expected.test(got) ? undefined : differs;
  if (!isObject(expected)) return Object.is(expected, got) ? undefined : differs;

  const known = compareFields(expected, got, path);
  const surplus = isObject(got) ? Object.entries(got).find(([key]) => !Object.hasOwn(expected, key)) : undefined;
  return known ?? (surplus && { path: `${path}.${surplus[0]}`, expected: 'no such field', got: surplus[1] });
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
  if (expected instanceof Check) return expected.expects;
  if (!isObject(expected) || expected instanceof RegExp) return inspect(expected);
  if (Array.isArray(expected)) return `[${expected.map(describe).join(', ')}]`;
  const fields = Object.entries(expected).map(([key, value]) => `${key}: ${describe(value)}`);
  return `{ ${fields.join(', ')} }`;
}
