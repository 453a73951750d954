/**
 * What keeps a web page that the developer visits away from the stack: servers listen on 127.0.0.1 only and answer only
 * to their own names, so a page that rebinds its own host name to 127.0.0.1 is refused.
 */
import type { Server } from 'node:http';
import { StackError } from './stack-error.ts';

const ADDRESS = '127.0.0.1';

/** Resolves to the port; 0 takes a free one. */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(port, cause)));
    server.listen(port, ADDRESS, () => resolve());
  });
  server.removeAllListeners('error');
  return portOf(server);
}

export const loopbackUrl = (port: number): string => `http://${ADDRESS}:${port}`;

export function isOwnHost(host: string | undefined, port: number): boolean {
  return host === `${ADDRESS}:${port}` || host === `localhost:${port}` || host === `[::1]:${port}`;
}

/** Ends open connections too: a client that keeps one alive would hold the process. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address !== null && typeof address === 'object') return address.port;
  throw new StackError('not_listening', 'Expected the server to listen on a TCP port, it does not.');
}

function listenError(port: number, cause: NodeJS.ErrnoException): StackError {
  if (cause.code === 'EADDRINUSE') {
    return new StackError('port_in_use', `Expected port ${port} of ${ADDRESS} to be free, another process has it.`, {
      cause,
      hint: 'Stop that process, or let the stack take free ports with --port 0.',
    });
  }
  return new StackError('cannot_listen', `Could not listen on ${ADDRESS}:${port}: ${cause.message}`, { cause });
}
