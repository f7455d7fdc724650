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

/** The maximum number of header lines of a request. Each line takes far more memory than its characters. */
const MAX_HEADER_LINES = 100;

/** The maximum memory of the waiting requests of all connections. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** The objects of a request, without its head and its body. */
const REQUEST_BYTES = 4096;
/** Node reads this much of a body in advance. */
const MAX_BODY_BYTES = 64 * 1024;

type Request = [incoming: IncomingMessage, response: ServerResponse];

/**
 * A request listener that handles the requests of one connection one after the other.
 *
 * With HTTP pipelining (RFC 9112 9.3.2), Node emits all requests of a packet at once, although their responses leave in
 * order. A client that does not read its responses would fill the memory with them. Here a request is handled when the
 * previous response has left the process, so that a connection holds one response. A connection with more than
 * `MAX_UNANSWERED` requests is closed. If the waiting requests of all connections take more than 16 MiB, the connections
 * whose requests have been waiting for the longest time are closed.
 */
export function handleInOrder(handle: RequestListener): RequestListener {
  const connections = new WeakMap<Socket, Connection>();
  const allWaiting = new WaitingRequests();
  return (incoming, response) => {
    const connection = connections.get(incoming.socket);
    if (connection) connection.add([incoming, response]);
    else connections.set(incoming.socket, new Connection(handle, allWaiting, [incoming, response]));
  };
}

/** Counts the memory of the waiting requests of all connections. */
class WaitingRequests {
  /** Only sockets with waiting requests, in the order in which they began to wait. */
  private readonly bytes = new Map<Socket, number>();
  private total = 0;

  add(socket: Socket, bytes: number): void {
    this.change(socket, bytes);
    for (const [oldest] of this.bytes) {
      if (this.total <= MAX_WAITING_BYTES) break;
      this.remove(oldest);
      oldest.destroy();
    }
  }

  remove(socket: Socket, bytes = this.bytes.get(socket) ?? 0): void {
    this.change(socket, -bytes);
  }

  private change(socket: Socket, difference: number): void {
    const bytes = (this.bytes.get(socket) ?? 0) + difference;
    this.total += difference;
    if (bytes > 0) this.bytes.set(socket, bytes);
    else this.bytes.delete(socket);
  }
}

/** An estimate of the memory of a request that waits. */
function sizeOf({ headers, rawHeaders, url = '' }: IncomingMessage): number {
  const head = rawHeaders.reduce((sum, { length }) => sum + length, url.length);
  const body = headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : MAX_BODY_BYTES;
  return REQUEST_BYTES + head + Math.min(body, MAX_BODY_BYTES);
}

class Connection {
  private readonly waiting: Request[] = [];
  /** Whether a response has not left yet. A reference to it would keep it in memory as long as the connection. */
  private isBusy = false;
  /** Runs work outside of the request scope of the previous response. */
  private readonly runOutsideScope = AsyncLocalStorage.snapshot();

  constructor(
    private readonly handle: RequestListener,
    private readonly allWaiting: WaitingRequests,
    first: Request,
  ) {
    this.start(first);
  }

  add(request: Request): void {
    const [incoming] = request;
    const { socket } = incoming;
    // Node parses the rest of the packet even when the socket is destroyed.
    if (socket.destroyed) return;
    if (!this.isBusy) return this.start(request);
    if (this.waiting.length === MAX_UNANSWERED - 1) {
      socket.destroy();
      return;
    }
    this.waiting.push(request);
    this.allWaiting.add(socket, sizeOf(incoming));
  }

  private start([incoming, response]: Request): void {
    this.isBusy = true;
    response.once('close', () => {
      this.isBusy = false;
      if (incoming.socket.destroyed) {
        this.waiting.length = 0;
        this.allWaiting.remove(incoming.socket);
        return;
      }
      const next = this.waiting.shift();
      if (!next) return;
      this.allWaiting.remove(incoming.socket, sizeOf(next[0]));
      this.runOutsideScope(() => this.start(next));
    });
    this.handle(incoming, response);
  }
}

type Timeouts = Required<Pick<FastifyServerOptions, 'requestTimeout' | 'keepAliveTimeout'>>;

/**
 * Creates the server as Fastify does, with `handleInOrder` in front of its handler; Fastify leaves the timeouts to its
 * factory. A request with too many header lines is rejected like one whose headers are too long.
 */
export const createHttpServer: NonNullable<FastifyServerOptions['serverFactory']> = (handler, options) => {
  const { http, requestTimeout, keepAliveTimeout } = options as Timeouts & { http: ServerOptions };
  const timeouts: Timeouts = { requestTimeout, keepAliveTimeout };
  const inOrder = handleInOrder(handler);
  const server = createServer(http, (incoming, response) => {
    if (incoming.rawHeaders.length <= 2 * MAX_HEADER_LINES) return inOrder(incoming, response);
    const error = Object.assign(new Error('Too many header lines'), { code: 'HPE_HEADER_OVERFLOW' });
    server.emit('clientError', error, incoming.socket);
  });
  // Node drops further lines. They must not be ignored: a proxy appends its own.
  return Object.assign(server, { ...timeouts, maxHeadersCount: MAX_HEADER_LINES + 1 });
};
