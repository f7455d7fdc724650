import type { FastifyInstance } from 'fastify';
import { clientAddress, networkOf } from './common/network-address.js';
import type { Config } from './config/config.js';
import { RejectionPace } from './limits/rejection-pace.js';

/** How many responses may wait in the process; each keeps its request in memory. Further ones are sent at once. */
const MAX_WAITING = 2000;

/**
 * Delays rejections (4xx) of a network that causes very many of them. A client usually waits for a response before it
 * sends the next request on a connection. So a flood of requests that fail takes little time of the process, although
 * rejecting each one takes nearly as long as an honest request.
 */
export function slowRejections(fastify: FastifyInstance, { rateLimits, rates }: Config): void {
  if (!rateLimits) return;
  const pace = new RejectionPace(rates.rejections);
  /** Each one sends its response now. */
  const waiting = new Set<() => void>();

  fastify.addHook('onSend', (request, reply, _payload, done) => {
    if (reply.statusCode < 400 || reply.statusCode > 499) return done();
    const milliseconds = pace.next(networkOf(clientAddress(request)));
    if (milliseconds < 1 || waiting.size >= MAX_WAITING) return done();
    const send = (): void => {
      clearTimeout(timer);
      reply.raw.off('close', send);
      if (waiting.delete(send)) done();
    };
    const timer = setTimeout(send, milliseconds);
    waiting.add(send);
    // The client is gone.
    reply.raw.once('close', send);
  });
  fastify.addHook('preClose', (done) => {
    for (const send of waiting) send();
    done();
  });
}
