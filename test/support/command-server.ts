import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { runInProcess } from './command-line.js';
import type { Command } from './command-client.js';

/**
 * Runs the operator commands of `command-client.ts` in this process, which is many times faster than starting the
 * service for each of them. The commands must run one after the other.
 */
export class CommandServer {
  private constructor(private readonly server: Server) {}

  static async listen(): Promise<CommandServer> {
    const server = createServer((request, response) => {
      const run = async ({ words, ...options }: Command) =>
        response.end(JSON.stringify(await runInProcess(words, options)));
      // Without a response, the client fails.
      json(request)
        .then((command) => run(command as Command))
        .catch(() => response.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CommandServer(server);
  }

  /** The URL, which the client requires in the variable `COMMAND_SERVER`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
