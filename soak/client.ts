import { Agent, type IncomingHttpHeaders, request } from 'node:http';

/** A response, with its JSON if that was kept. */
export interface Response {
  status: number;
  headers: IncomingHttpHeaders;
  /** Undefined if `keep` is off or the body is not JSON. */
  body: unknown;
  milliseconds: number;
}

export interface RequestOptions {
  method?: string;
  token?: string;
  json?: unknown;
  form?: Record<string, string>;
  /** The network address that the request seems to come from. */
  from?: string;
  /** Off: the body is received and dropped. */
  keep?: boolean;
}

const TIMEOUT_MILLISECONDS = 30_000;

/** Connections to one server. They stay open, as those of a storefront's server do. */
export class Client {
  private readonly agent: Agent;
  private readonly url: string;

  constructor(url: string, connections: number) {
    this.url = url;
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** @throws Error when the connection fails or nothing is received for 30 seconds */
  async send(path: string, options: RequestOptions = {}): Promise<Response> {
    const { method = 'GET', token, json, form, from = '198.51.100.1', keep = true } = options;
    const content = form ? new URLSearchParams(form).toString() : json === undefined ? undefined : JSON.stringify(json);
    const type = form ? 'application/x-www-form-urlencoded' : 'application/json';
    const start = performance.now();
    return new Promise((resolve, reject) => {
      const outgoing = request(
        this.url + path,
        {
          method,
          agent: this.agent,
          timeout: TIMEOUT_MILLISECONDS,
          headers: {
            'x-forwarded-for': from,
            ...(token && { authorization: `Bearer ${token}` }),
            ...(content !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(content) }),
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => keep && chunks.push(chunk));
          incoming.once('error', reject);
          incoming.once('end', () => {
            const { statusCode: status = 0, headers } = incoming;
            const milliseconds = performance.now() - start;
            resolve({ status, headers, body: parse(Buffer.concat(chunks).toString()), milliseconds });
          });
        },
      );
      outgoing.once('timeout', () => outgoing.destroy(new Error(`${method} ${path}: timeout`)));
      outgoing.once('error', reject);
      outgoing.end(content);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
