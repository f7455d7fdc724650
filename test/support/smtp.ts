import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail as received over SMTP. */
export interface ReceivedMail {
  /** From the envelope. */
  recipients: string[];
  /** By lower-case name; a repeated header has several values. */
  headers: Record<string, string[]>;
  text: string;
  html: string;
}

/**
 * How the server treats a message: it accepts it, rejects it with that code, never responds, drops the connection
 * during the message, or accepts it and drops the connection before the response.
 */
export type Behavior = 'accept' | 'hang' | 'drop' | 'accept and drop' | number;

/** A real SMTP server, which records the messages that it accepts. */
export class MailServer {
  readonly mails: ReceivedMail[] = [];
  /** The number of messages that were started, accepted or not. */
  attempts = 0;
  private readonly started: { address: string; at: number }[] = [];
  private readonly sockets = new Map<number, Socket>();
  private readonly planned = new Map<string, Behavior[]>();

  private readonly server: SMTPServer;
  readonly port: number;

  // No parameter properties, so that Node itself can run this file for `npm run abuse`.
  private constructor(server: SMTPServer, port: number) {
    this.server = server;
    this.port = port;
  }

  static async listen(port = 0): Promise<MailServer> {
    const server: SMTPServer = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 10,
      onData: (stream, session, respond) => {
        const chunks: Buffer[] = [];
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        const behavior = mails.start(recipients);
        if (behavior === 'drop') return mails.drop(session.remotePort);
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          if (behavior === 'hang') return;
          if (typeof behavior === 'number') {
            // PostgreSQL cannot store a NUL.
            respond(Object.assign(new Error('refused\0 for the story'), { responseCode: behavior }));
            return;
          }
          void parse(Buffer.concat(chunks)).then((mail) => {
            mails.mails.push({ recipients, ...mail });
            if (behavior === 'accept') respond();
            else mails.drop(session.remotePort);
          });
        });
      },
    });
    server.on('error', () => undefined);
    server.server.on('connection', (socket: Socket) => {
      const peer = socket.remotePort ?? 0;
      mails.sockets.set(peer, socket);
      socket.once('close', () => mails.sockets.delete(peer));
    });
    const listener = server.listen(port, '127.0.0.1');
    await once(listener, 'listening');
    const mails: MailServer = new MailServer(server, (listener.address() as AddressInfo).port);
    return mails;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** Applies one behavior to each of the next messages to that address; later messages are accepted. */
  planBehavior(address: string, ...behaviors: Behavior[]): void {
    this.planned.set(address, behaviors);
  }

  mailsTo(address: string): ReceivedMail[] {
    return this.mails.filter(({ recipients }) => recipients.includes(address));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets.values()) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  /** The start times of the messages to that address, accepted or not, in milliseconds. */
  startTimes(address: string): number[] {
    return this.started.filter((message) => message.address === address).map(({ at }) => at);
  }

  private start([address = '']: string[]): Behavior {
    this.attempts += 1;
    this.started.push({ address, at: Date.now() });
    return this.planned.get(address)?.shift() ?? 'accept';
  }

  private drop(peer: number): void {
    this.sockets.get(peer)?.destroy();
  }
}

async function parse(source: Buffer): Promise<Omit<ReceivedMail, 'recipients'>> {
  const { headerLines, text = '', html } = await simpleParser(source, { skipHtmlToText: true, skipTextToHtml: true });
  const headers: Record<string, string[]> = {};
  for (const { key, line } of headerLines) {
    (headers[key] ??= []).push(
      line
        .slice(key.length + 1)
        .replace(/\r\n[ \t]+/g, ' ')
        .trim(),
    );
  }
  return { headers, text, html: html || '' };
}
