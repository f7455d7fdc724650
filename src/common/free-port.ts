import { once } from 'node:events';
import { createServer } from 'node:net';

/** The range ends below the ports that Linux, macOS and Windows choose for outgoing connections. */
const FIRST_PORT = 10_000;
const PORTS = 22_000;
const PORTS_OF_A_PROCESS = 1_000;

/** The offset in the range. Concurrent workers have neighbouring process ids, and so start 1,000 ports apart. */
let offset = process.pid * PORTS_OF_A_PROCESS;

/**
 * Returns a port of 127.0.0.1 on which nothing listens. It is probably still free seconds later: outgoing connections
 * have other ports, and another process that calls this function tries others first.
 */
export async function freePort(): Promise<number> {
  let port: number;
  do port = FIRST_PORT + (offset++ % PORTS);
  while (!(await isFree(port)));
  return port;
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  try {
    await once(probe.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  await once(probe.close(), 'close');
  return true;
}
