import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type IncomingMessage,
  type RequestListener,
  type ServerOptions,
  type ServerResponse,
  createServer,
} from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyServerOptions } from 'fastify';

/** The maximum number of unanswered requests of one connection, including the one that is being handled. */
export const MAX_UNANSWERED = 32;

type Request = [incoming: IncomingMessage, response: ServerResponse];

/**
 * A request listener that handles the requests of one connection one after the other.
 *
 * With HTTP pipelining (RFC 9112 9.3.2), Node emits all requests of a packet at once, although their responses leave in
 * order. A client that does not read its responses would fill the memory with them. Here a request is handled when the
 * previous response has left the process, so that a connection holds one response. A connection with more than
 * `MAX_UNANSWERED` requests is closed.
 */
export function handleInOrder(handle: RequestListener): RequestListener {
  const connections = new WeakMap<Socket, Connection>();
  return (incoming, response) => {
    const connection = connections.get(incoming.socket);
    if (connection) connection.add([incoming, response]);
    else connections.set(incoming.socket, new Connection(handle, [incoming, response]));
  };
}

class Connection {
  private readonly waiting: Request[] = [];
  /** Whether a response has not left yet. A reference to it would keep it in memory as long as the connection. */
  private isBusy = false;
  /** Runs work outside of the request scope of the previous response. */
  private readonly runOutsideScope = AsyncLocalStorage.snapshot();

  constructor(
    private readonly handle: RequestListener,
    first: Request,
  ) {
    this.start(first);
  }

  add(request: Request): void {
    const [{ socket }] = request;
    // Node parses the rest of the packet even when the socket is destroyed.
    if (socket.destroyed) return;
    if (!this.isBusy) return this.start(request);
    if (this.waiting.length === MAX_UNANSWERED - 1) {
      this.waiting.length = 0;
      socket.destroy();
      return;
    }
    this.waiting.push(request);
  }

  private start([incoming, response]: Request): void {
    this.isBusy = true;
    response.once('close', () => {
      this.isBusy = false;
      const next = this.waiting.shift();
      if (next && !next[0].socket.destroyed) this.runOutsideScope(() => this.start(next));
    });
    this.handle(incoming, response);
  }
}

type Timeouts = Required<Pick<FastifyServerOptions, 'requestTimeout' | 'keepAliveTimeout'>>;

/**
 * Creates the server as Fastify does, with `handleInOrder` in front of its handler; Fastify leaves the timeouts to its
 * factory.
 */
export const createHttpServer: NonNullable<FastifyServerOptions['serverFactory']> = (handler, options) => {
  const { http, requestTimeout, keepAliveTimeout } = options as Timeouts & { http: ServerOptions };
  const timeouts: Timeouts = { requestTimeout, keepAliveTimeout };
  return Object.assign(createServer(http, handleInOrder(handler)), timeouts);
};
