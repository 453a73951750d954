/**
 * Lets every open client write its items when the process ends without shutdown(). All clients share one pair of
 * listeners, because Node warns of a leak at eleven.
 */
import process from 'node:process';

export interface Leaving {
  /** The event loop is empty; the process may still continue. */
  beforeExit(): void;
  /** The last synchronous moment. */
  exit(): void;
}

const clients = new Set<Leaving>();
const beforeExit = (): void => clients.forEach((client) => void client.beforeExit());
const exit = (): void => clients.forEach((client) => void client.exit());

/** Node sets this before the first listener of `exit` runs. A client that is made now gets no call of its own. */
export function isExiting(): boolean {
  return '_exiting' in process && process._exiting === true;
}

/** Returns how many clients are open. */
export function enterExitHook(client: Leaving): number {
  if (clients.size === 0) {
    process.on('beforeExit', beforeExit);
    process.on('exit', exit);
  }
  clients.add(client);
  return clients.size;
}

export function leaveExitHook(client: Leaving): void {
  clients.delete(client);
  if (clients.size > 0) return;
  process.off('beforeExit', beforeExit);
  process.off('exit', exit);
}
