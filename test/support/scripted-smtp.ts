import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { createInterface } from 'node:readline';

type Step = 'greeting' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA';

/** An SMTP server that replies to a step of the protocol with any text, for rejections that `MailServer` cannot send. */
export class ScriptedMailServer {
  /** Replies that differ from those of a server that accepts everything. */
  replies: Partial<Record<Step, string>> = {};
  /** The names of the clients. */
  readonly names: string[] = [];
  accepted = 0;
  /** The number of connections. */
  connections = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  private constructor() {
    this.server = createServer((socket) => this.serve(socket));
  }

  static async listen(): Promise<ScriptedMailServer> {
    const server = new ScriptedMailServer();
    await once(server.server.listen(0, '127.0.0.1'), 'listening');
    return server;
  }

  get url(): string {
    return `smtp://user:password@127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
    const reply = (text: string): void => void (socket.writable && socket.write(`${text}\r\n`));
    reply(this.replies.greeting ?? '220 ready');
    let inMessage = false;
    const lines = createInterface({ input: socket }).on('error', () => undefined);
    lines.on('line', (line) => {
      if (inMessage) {
        if (line !== '.') return;
        inMessage = false;
        this.accepted += 1;
        return reply('250 accepted');
      }
      const [verb = '', name = ''] = line.split(' ');
      if (verb === 'EHLO') {
        this.names.push(name);
        return reply(this.replies.EHLO ?? '250-server\r\n250 AUTH PLAIN');
      }
      if (verb === 'AUTH') return reply(this.replies.AUTH ?? '235 logged in');
      if (verb === 'MAIL') return reply(this.replies.MAIL ?? '250 ok');
      if (verb === 'RCPT') return reply(this.replies.RCPT ?? '250 ok');
      if (verb !== 'DATA') return reply('250 ok');
      inMessage = this.replies.DATA === undefined;
      reply(this.replies.DATA ?? '354 go ahead');
    });
  }
}
