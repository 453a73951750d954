/** Resets TCP connections of other processes, as a firewall or a dying network does: `ss -K`, for root on Linux. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const RESET_MS = 500;

/** Resets every connection to this port of this machine. */
export async function resetConnections(port: number): Promise<void> {
  await run('ss', ['--kill', '--tcp', '--numeric', 'dport', '=', `:${port}`]);
}

/** Why it is not possible here; undefined when it is. Tried on a connection, because a kernel may do nothing. */
export async function whyNoResets(): Promise<string | undefined> {
  const server = createServer((socket) => socket.on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1');
  const closed = new Promise<boolean>((resolve) => {
    client.on('error', () => undefined).on('close', () => resolve(true));
  });
  try {
    await once(client, 'connect');
    await resetConnections(port);
    const isReset = await Promise.race([closed, pause(RESET_MS, false)]);
    return isReset ? undefined : 'ss -K does nothing here (it needs root and a kernel with INET_DIAG_DESTROY)';
  } catch (error) {
    return `ss -K: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    client.destroy();
    server.close();
  }
}
