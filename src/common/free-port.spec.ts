import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from './free-port.js';

describe('freePort', () => {
  it('never returns a port twice in a row, so that two servers can start at the same time', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, freePort));
    expect(new Set(ports).size).toBe(20);
  });

  it('skips a port on which a server listens', async () => {
    const taken = (await freePort()) + 1;
    const server = createServer().listen(taken, '127.0.0.1');
    await once(server, 'listening');
    try {
      expect(await freePort()).toBeGreaterThan(taken);
    } finally {
      server.close();
    }
  });

  it('returns a port below those of outgoing connections, which could take it before its use', async () => {
    expect(await freePort()).toBeLessThan(32_768);
  });
});
