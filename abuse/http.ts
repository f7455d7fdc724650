import { request as plain, type IncomingHttpHeaders } from 'node:http';
import { request as secure } from 'node:https';

export interface HttpResponse {
  status: number;
  headers: IncomingHttpHeaders;
  /** The parsed JSON; undefined if the text is not JSON. */
  body: unknown;
  text: string;
  milliseconds: number;
}

export interface RequestOptions {
  token?: string;
  query?: Record<string, string>;
  json?: unknown;
  form?: Record<string, string>;
  /** A Glue resource, without the envelope `data`. */
  resource?: { type: string; attributes: object };
  /** The body as it is sent, instead of `json`, `form` and `resource`. */
  raw?: string | Buffer;
  headers?: Record<string, string>;
  /** The local network address of the connection; the loopback network has many. */
  from?: string;
  /** Whether the response is read without being kept, so that large ones do not occupy this process; `text` is empty. */
  discardBody?: boolean;
}

/** Requests to one server. `fetch` is not used, because it chooses the host, the length and the local address itself. */
export class Http {
  readonly baseUrl: string;

  constructor(baseUrl: string) {
    this.baseUrl = baseUrl;
  }

  /** @throws Error if there is no response within 20 seconds */
  async send(method: string, path: string, options: RequestOptions = {}): Promise<HttpResponse> {
    const { token, query, headers, from, discardBody } = options;
    const { content, type } = contentOf(options);
    const url = new URL(this.baseUrl + path + (query ? `?${new URLSearchParams(query).toString()}` : ''));
    const start = performance.now();
    return new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? secure : plain)(
        url,
        {
          method,
          // A new connection for each request, so that one case does not affect the next.
          agent: false,
          localAddress: from,
          timeout: 20_000,
          headers: {
            ...(token && { authorization: `Bearer ${token}` }),
            ...(content !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(content) }),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => discardBody || chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            const text = Buffer.concat(chunks).toString();
            const milliseconds = performance.now() - start;
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: parseJson(text),
              text,
              milliseconds,
            });
          });
        },
      );
      request.once('timeout', () => request.destroy(new Error(`${method} ${path}: no response within 20 seconds`)));
      request.once('error', reject);
      request.end(content);
    });
  }
}

function contentOf({ json, form, resource, raw }: RequestOptions): { content?: string | Buffer; type: string } {
  if (raw !== undefined) return { content: raw, type: 'application/json' };
  if (form) return { content: new URLSearchParams(form).toString(), type: 'application/x-www-form-urlencoded' };
  if (resource) return { content: JSON.stringify({ data: resource }), type: 'application/vnd.api+json' };
  return { content: json === undefined ? undefined : JSON.stringify(json), type: 'application/json' };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
