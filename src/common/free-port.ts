import { once } from 'node:events';
import { createServer } from 'node:net';

/** The first port of the range. Linux, macOS and Windows choose the ports of outgoing connections above it. */
const FIRST_PORT = 10_000;
const PORTS = 22_000;
const PORTS_OF_A_PROCESS = 1_000;

/** The offset in the range. Two workers have neighbouring process ids, and so different thousands of ports. */
let offset = process.pid * PORTS_OF_A_PROCESS;

/**
 * Returns a port of 127.0.0.1 on which nothing listens. It is probably still free seconds later: no outgoing connection
 * and no other process that calls this function is likely to take it.
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
