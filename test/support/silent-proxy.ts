import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';

/** A proxy in front of a database. It can lose its machine: all connections stay open, and nothing arrives on them. */
export class SilentProxy {
  /** Whether connections are lost; new ones are accepted and lost as well. */
  silent = false;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async listen(databaseUrl: string): Promise<SilentProxy> {
    const url = new URL(databaseUrl);
    const { hostname, port } = url;
    const server = createServer((client) => {
      const database = connect(Number(port), hostname);
      const pairs: [Socket, Socket][] = [
        [client, database],
        [database, client],
      ];
      // A connection that was lost stays lost.
      let lost = false;
      for (const [from, to] of pairs) {
        proxy.sockets.add(from);
        from.on('error', () => undefined);
        from.on('data', (data) => (lost ||= proxy.silent) || to.write(data));
        from.on('close', () => {
          proxy.sockets.delete(from);
          if (!(lost ||= proxy.silent)) to.destroy();
        });
      }
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    url.port = String((server.address() as AddressInfo).port);
    const proxy: SilentProxy = new SilentProxy(server, String(url));
    return proxy;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
