import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { waitUntil } from '../test/support/wait-until.js';
import { parseBodies } from './parse-bodies.js';

/** More bodies than a network may have in memory, if each takes twenty times its size. */
const REQUESTS = 60;
const dense = `[${Array.from({ length: 5400 }, () => '{}').join()}]`;
const sparse = JSON.stringify(['x'.repeat(dense.length)]);

describe('bodies with many values', () => {
  let server: FastifyInstance;
  let url: string;
  let handled: FastifyReply[];
  let statuses: number[];
  /** Rejections that wait. */
  let slowed: (() => void)[];
  let abort: AbortController;

  beforeEach(async () => {
    [handled, statuses, slowed, abort] = [[], [], [], new AbortController()];
    server = fastify({ forceCloseConnections: true });
    parseBodies(server);
    server.addHook('onSend', (_request, { statusCode }, _payload, done) => {
      if (statusCode === 400) slowed.push(done);
      else done();
    });
    server.post('/', (_request, reply) => void handled.push(reply));
    url = await server.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(async () => {
    abort.abort();
    await server.close();
  });

  function send(body: string): void {
    const headers = { 'content-type': 'application/json' };
    const request = fetch(url, { method: 'POST', headers, body, signal: abort.signal });
    void request.then(({ status }) => statuses.push(status)).catch(() => undefined);
  }

  it('are parsed only while they are few', async () => {
    for (let index = 0; index < REQUESTS; index++) send(dense);
    await waitUntil('the rest is rejected', () => statuses.length > 0);
    expect(handled.length).toBeGreaterThan(0);
    expect(handled.length).toBeLessThan(REQUESTS);
  });

  it('no longer count when the response is sent', async () => {
    for (let index = 0; index < 2 * REQUESTS; index++) {
      send(dense);
      await waitUntil('the request is handled', () => handled.length > 0, { every: 1 });
      void handled.shift()?.send('');
    }
    await waitUntil('all are answered', () => statuses.length === 2 * REQUESTS);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it('no longer count while a rejection waits', async () => {
    for (let index = 0; index < REQUESTS; index++) {
      send(dense);
      await waitUntil('the request is handled', () => handled.length > 0, { every: 1 });
      void handled.shift()?.status(400).send('');
    }
    expect(slowed).toHaveLength(REQUESTS);
  });

  it('no longer count when the client has left', async () => {
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < REQUESTS / 2; index++) send(dense);
      await waitUntil('they are handled', () => handled.length === (round + 1) * (REQUESTS / 2));
      abort.abort();
      abort = new AbortController();
    }
  });

  it('do not include large texts', async () => {
    for (let index = 0; index < REQUESTS; index++) send(sparse);
    await waitUntil('all are handled', () => handled.length === REQUESTS);
  });
});
