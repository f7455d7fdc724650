import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** How long accepted requests may take to complete after a stop signal. Their statements have shorter time limits. */
const STOP_MILLISECONDS = 10_000;

/**
 * Lets a stopped server end, whatever its clients do. Node closes only connections whose last request is complete, and
 * no longer applies its timeouts to the others: one open connection would keep the process running.
 */
export function closeConnectionsOnStop(fastify: FastifyInstance): void {
  const { server } = fastify;
  /** Connections that have not sent the whole head of a request, as browsers and load balancers open in advance. */
  const unused = new Set<Socket>();
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => unused.delete(socket));
  fastify.addHook('preClose', (done) => {
    // A connection with a pending response is closed after it.
    server.keepAliveTimeout = 1;
    for (const socket of unused) socket.destroy();
    setTimeout(() => server.closeAllConnections(), STOP_MILLISECONDS).unref();
    done();
  });
}
