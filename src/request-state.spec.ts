import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { EntityManager } from '@mikro-orm/postgresql';
import fastify, { type FastifyInstance } from 'fastify';
import { waitUntil } from '../test/support/wait-until.js';
import { manageRequestState } from './request-state.js';
import { RequestScope } from './tenants/request-scope.js';

describe('what a request has loaded', () => {
  let server: FastifyInstance;
  let client: Socket;
  /** The responses that wait in a hook with their asynchronous context, as slowed rejections do in a timer. */
  let waiting: (() => void)[];
  let body: WeakRef<object> | undefined;
  let em: WeakRef<EntityManager> | undefined;

  beforeEach(async () => {
    [waiting, body, em] = [[], undefined, undefined];
    server = fastify({ forceCloseConnections: true });
    const root = { fork: () => ({}) } as unknown as EntityManager;
    manageRequestState(server, root);
    server.addHook('onSend', (_request, _reply, _payload, done) => void waiting.push(AsyncLocalStorage.bind(done)));
    server.post('/:kind', (request) => {
      body = new WeakRef(request.body as object);
      em = new WeakRef((RequestScope.current as RequestScope).em);
      return request.url === '/text' ? 'text' : Readable.from(['stream']);
    });
    const url = await server.listen({ port: 0, host: '127.0.0.1' });
    client = connect(Number(new URL(url).port), '127.0.0.1');
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
  });

  async function send(path: string): Promise<void> {
    client.write(
      `POST ${path} HTTP/1.1\r\nHost: foyer\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{"a":1}`,
    );
    await waitUntil('the response waits', () => waiting.length > 0);
  }

  async function collectGarbage(): Promise<void> {
    await sleep(50);
    setFlagsFromString('--expose-gc');
    runInNewContext('gc()');
  }

  it('is released while a text waits', async () => {
    await send('/text');
    await collectGarbage();
    expect(body?.deref()).toBeUndefined();
    expect(em?.deref()).toBeUndefined();
  });

  it('is kept for a stream, and released when it is sent, although the connection stays open', async () => {
    await send('/stream');
    await collectGarbage();
    expect(em?.deref()).toBeDefined();
    waiting.shift()?.();
    await once(client, 'data');
    await collectGarbage();
    expect(em?.deref()).toBeUndefined();
    expect(client.destroyed).toBe(false);
  });
});
