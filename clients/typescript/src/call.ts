import type { Client as EmporixClient, ResolvedRequestOptions } from './emporix/client/index.ts';
import type { Client as GlueClient } from './glue/client/index.ts';

/** The generated function of an operation, such as `getProfile`. */
export type Operation = (options: never) => Promise<{ data?: unknown }>;

/** The data of the response to an operation. */
export type DataOf<O extends Operation> = Exclude<Awaited<ReturnType<O>>['data'], undefined>;

type Excluded = 'client' | 'throwOnError' | 'path';

type PathOf<T, Known extends PropertyKey> = T extends { path: infer P extends object }
  ? Record<never, never> extends Omit<P, Known>
    ? { path?: Omit<P, Known> }
    : { path: Omit<P, Known> }
  : { path?: undefined };

type OptionsOf<T, Known extends PropertyKey> = Omit<NonNullable<T>, Excluded> & PathOf<NonNullable<T>, Known>;

/**
 * The options of an operation: `body`, `path`, `query`, `headers`, `signal`. They may be omitted if none is required.
 *
 * @typeParam Known the path parameters that the caller does not pass
 */
export type Arguments<O extends Operation, Known extends PropertyKey = never> =
  Record<never, never> extends OptionsOf<Parameters<O>[0], Known>
    ? [options?: OptionsOf<Parameters<O>[0], Known>]
    : [options: OptionsOf<Parameters<O>[0], Known>];

/** Calls an operation with a client. @throws FoyerError */
export async function callWith<O extends Operation>(
  client: EmporixClient | GlueClient,
  operation: O,
  options: { path?: object } | undefined,
  path: Record<string, string> = {},
): Promise<DataOf<O>> {
  const all = { ...options, path: { ...path, ...options?.path }, client, throwOnError: true };
  return (await operation(all as never)).data as DataOf<O>;
}

/** What both generated clients pass to their interceptors. */
type Sent = Pick<ResolvedRequestOptions, 'path' | 'parseAs'>;

/**
 * Rejects path parameters that would lead to another operation, because URLs omit `.` and `..`.
 *
 * @throws TypeError that names the parameter
 */
export function checkPath(request: Request, { path = {} }: Sent): Request {
  for (const [name, value] of Object.entries(path)) {
    if (['', '.', '..'].includes(String(value))) throw new TypeError(`${name} must not be "${String(value)}"`);
  }
  return request;
}

/** Requires JSON, so that the HTML page of a proxy is an error. Lists may also be CSV or NDJSON. */
export function readAsJson(response: Response, _request: Request, sent: Sent): Response {
  const isList = /csv|ndjson/.test(response.headers.get('Content-Type') ?? '');
  if (sent.parseAs === 'auto' && !isList) sent.parseAs = 'json';
  return response;
}
