import { request as plain, type IncomingHttpHeaders } from 'node:http';
import { request as secure } from 'node:https';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** The parsed JSON; undefined for anything else. */
  body: unknown;
  text: string;
  milliseconds: number;
}

export interface Asking {
  token?: string;
  query?: Record<string, string>;
  json?: unknown;
  form?: Record<string, string>;
  /** Of the Glue dialect; its envelope is added. */
  resource?: { type: string; attributes: object };
  /** The body as it is, in the place of the others. */
  raw?: string | Buffer;
  headers?: Record<string, string>;
  /** The network address it comes from; loopback has many. */
  from?: string;
}

/** One request after another to one server. Not `fetch`, which chooses the host, the length and the address itself. */
export class Http {
  readonly baseUrl: string;

  constructor(baseUrl: string) {
    this.baseUrl = baseUrl;
  }

  /** @throws Error when there is no answer within 20 seconds */
  async send(method: string, path: string, asking: Asking = {}): Promise<Answer> {
    const { token, query, headers, from } = asking;
    const { content, type } = contentOf(asking);
    const url = new URL(this.baseUrl + path + (query ? `?${new URLSearchParams(query).toString()}` : ''));
    const start = performance.now();
    return new Promise((done, fail) => {
      const request = (url.protocol === 'https:' ? secure : plain)(
        url,
        {
          method,
          // A connection each: what one abuse leaves behind must not answer the next.
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
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.once('error', fail);
          response.once('end', () => {
            const text = Buffer.concat(parts).toString();
            const milliseconds = performance.now() - start;
            done({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: parsed(text),
              text,
              milliseconds,
            });
          });
        },
      );
      request.once('timeout', () => request.destroy(new Error(`${method} ${path}: no answer in 20 seconds`)));
      request.once('error', fail);
      request.end(content);
    });
  }
}

function contentOf({ json, form, resource, raw }: Asking): { content?: string | Buffer; type: string } {
  if (raw !== undefined) return { content: raw, type: 'application/json' };
  if (form) return { content: new URLSearchParams(form).toString(), type: 'application/x-www-form-urlencoded' };
  if (resource) return { content: JSON.stringify({ data: resource }), type: 'application/vnd.api+json' };
  return { content: json === undefined ? undefined : JSON.stringify(json), type: 'application/json' };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
