/**
 * Keeps web pages that the developer visits away from the stack. Servers listen on 127.0.0.1 only and accept only their own
 * host names (core/src/host-header.ts), so a page that rebinds its host name to 127.0.0.1 is refused.
 */
import type { Server } from 'node:http';
import { StackError } from './stack-error.ts';

const ADDRESS = '127.0.0.1';

/** Resolves to the port; 0 picks a free one. */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(port, cause)));
    server.listen(port, ADDRESS, () => resolve());
  });
  server.removeAllListeners('error');
  return portOf(server);
}

export const loopbackUrl = (port: number): string => `http://${ADDRESS}:${port}`;

/** Also closes open connections: a client that keeps one alive would keep the process running. */
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
    return new StackError(
      'port_in_use',
      `Expected port ${port} on ${ADDRESS} to be free, another process is using it.`,
      {
        cause,
        hint: 'Stop that process, or use --port 0 for any free ports.',
      },
    );
  }
  return new StackError('cannot_listen', `Could not listen on ${ADDRESS}:${port}: ${cause.message}`, { cause });
}
