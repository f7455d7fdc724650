import { type Arguments, callWith, checkPath, type DataOf, type Operation, readAsJson } from './call.ts';
import { toGlueError } from './errors.ts';
import { type Client, createClient, createConfig } from './glue/client/index.ts';
import { type RetryOptions, withRetries } from './retry.ts';

export * from './glue/index.ts';
export { ConnectionError, GlueError, isFoyerError } from './errors.ts';
export type { FoyerError, GlueErrorCode } from './errors.ts';

export interface GlueOptions {
  /** The base URL of the service, such as `http://127.0.0.1:3000`. */
  url: string;
  /** The code of the store, such as `DE`; the first configured store if omitted. */
  store?: string;
  /** Returns the access token, for operations that require one. */
  accessToken?: () => string | undefined | Promise<string | undefined>;
  retry?: RetryOptions;
  /** Sends the requests; the global `fetch` if omitted. */
  fetch?: typeof fetch;
}

/** Typed calls of the Glue API. A call that fails throws a `FoyerError`. */
export class Glue {
  /** For generated functions that are called directly, without `call`. */
  readonly client: Client;

  constructor({ url, store, accessToken, retry, fetch = globalThis.fetch.bind(globalThis) }: GlueOptions) {
    this.client = createClient(
      createConfig({
        baseUrl: url,
        fetch: withRetries(fetch, retry) as typeof fetch,
        auth: accessToken,
        headers: { Store: store },
        throwOnError: true,
        // A redirect would send the headers with the tokens to another host.
        redirect: 'error',
      }),
    );
    this.client.interceptors.request.use(checkPath);
    this.client.interceptors.response.use(readAsJson);
    this.client.interceptors.error.use(toGlueError);
  }

  /**
   * Calls an operation of `foyer-client/glue`.
   *
   * @example `const { data } = await glue.call(getCustomer, { path: { customerReference } })`
   */
  async call<O extends Operation>(operation: O, ...[options]: Arguments<O>): Promise<DataOf<O>> {
    return callWith(this.client, operation, options);
  }
}
