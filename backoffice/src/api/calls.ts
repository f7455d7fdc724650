import { type Client, createClient } from '../../../clients/typescript/src/emporix/client/index.ts';
import { client } from '../../../clients/typescript/src/emporix/client.gen.ts';
import { ApiFailure } from './failure.ts';
import { authorizedFetch } from './session.ts';

client.setConfig({ baseUrl: location.origin, fetch: authorizedFetch });

/** The response of a function of the generated client. */
interface Result<T> {
  data?: T;
  error?: unknown;
  response?: Response;
}

/** A call that can be sent, or shown instead: the argument replaces the client that sends it. */
export type Call<T = unknown> = (client?: Client) => Promise<Result<T>>;

/** The data of the response, and its total count if the request asked for it. @throws ApiFailure */
export async function withTotal<T>(sent: Promise<Result<T>>): Promise<{ data: T; total: number | undefined }> {
  const { data, error, response } = await sent;
  if (response === undefined) throw new ApiFailure(0, '');
  if (!response.ok) throw ApiFailure.of(error, response.status);
  const total = response.headers.get('X-Total-Count');
  return { data: data as T, total: total === null ? undefined : Number(total) };
}

/** The data of the response. @throws ApiFailure */
export async function dataOf<T>(sent: Promise<Result<T>>): Promise<T> {
  return (await withTotal(sent)).data;
}

/** A command of a shell that sends the same request. */
export async function curlOf(call: Call): Promise<string> {
  let shown = '';
  const recorder = createClient({
    baseUrl: location.origin,
    fetch: async (input) => {
      const request = input as Request;
      const body = await request.text();
      const type = request.headers.get('Content-Type');
      shown = [
        `curl -X ${request.method} '${request.url}'`,
        `-H "Authorization: Bearer $TOKEN"`,
        ...(type && body ? [`-H 'Content-Type: ${type}'`, `-d '${body.replaceAll("'", `'\\''`)}'`] : []),
      ].join(' \\\n  ');
      return new Response(null, { status: 204 });
    },
  });
  await call(recorder);
  return shown;
}
