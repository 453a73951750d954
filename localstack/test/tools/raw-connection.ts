/** A connection over which a test writes bytes as it likes: half requests, slow ones, odd heads. */
import { connect, type Socket } from 'node:net';

export interface RawConnection {
  write(bytes: string | Buffer): void;
  /** The status of the next response; undefined when the connection ends without one. */
  status(): Promise<number | undefined>;
  /** Everything that was received so far. */
  received(): string;
  destroy(): void;
}

export async function openRaw(url: string, head: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = await connected(connect({ host: hostname, port: Number(port) }));
  let text = '';
  let read = 0;
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  // The server may end the connection while we still write.
  socket.on('error', () => undefined);
  socket.write(head);
  const next = (): number | undefined => {
    const match = /HTTP\/1\.1 (\d{3}) [^\r]*\r\n/.exec(text.slice(read));
    if (match === null) return undefined;
    read += match.index + match[0].length;
    return Number(match[1]);
  };
  return {
    write: (bytes) => void socket.write(bytes),
    status: () =>
      new Promise((resolve) => {
        const settle = (): void => {
          const status = next();
          if (status === undefined && !socket.closed) return;
          socket.off('data', settle).off('close', settle);
          resolve(status);
        };
        socket.on('data', settle).on('close', settle);
        settle();
      }),
    received: () => text,
    destroy: () => void socket.destroy(),
  };
}

/** The status of a request with this head and no body. */
export async function statusOfHead(url: string, head: readonly string[]): Promise<number | undefined> {
  const connection = await openRaw(url, `${head.join('\r\n')}\r\n\r\n`);
  const status = await connection.status();
  connection.destroy();
  return status;
}

const connected = (socket: Socket): Promise<Socket> =>
  new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
  });
