import { once } from 'node:events';
import { type Socket, connect } from 'node:net';

/** A connection for requests that are incomplete or malformed. */
export class RawConnection {
  received = '';
  closed = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (part: Buffer) => (this.received += part.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => (this.closed = true));
  }

  /** @param from the local network address */
  static async open(port: number, from = '127.0.0.1'): Promise<RawConnection> {
    const socket = connect({ host: '127.0.0.1', port, localAddress: from });
    const connection = new RawConnection(socket);
    await once(socket, 'connect');
    return connection;
  }

  /** The status of the first response; undefined if there is none yet. */
  get status(): number | undefined {
    const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(this.received) ?? [];
    return status === undefined ? undefined : Number(status);
  }
}
