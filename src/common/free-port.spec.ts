import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from './free-port.js';

describe('freePort', () => {
  it('returns different ports to concurrent calls, so that several servers can start at the same time', async () => {
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

  it('returns a port that no outgoing connection can take before a server listens on it', async () => {
    expect(await freePort()).toBeLessThan(32_768);
  });
});
