/** Starts and stops the server: the part of the process that tests can embed. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError, messageOf } from '@dataloaf/core/errors';
import { type AppOptions, createApp } from './app.ts';
import { usePath } from './http/guards.ts';
import type { InsightsPorts } from './ports.ts';

export interface StartOptions extends Omit<AppOptions, 'hosts'> {
  readonly host: '127.0.0.1' | '0.0.0.0';
  /** 0 for any free port. */
  readonly port: number;
}

export interface RunningInsights {
  /** The address for a browser on this machine. */
  readonly url: string;
  /** Waits up to a second for open requests, then closes their connections. */
  close(): Promise<void>;
}

const GRACE_MS = 1_000;

/** @throws ConfigError when it cannot listen on the port */
export async function startInsights(ports: InsightsPorts, options: StartOptions): Promise<RunningInsights> {
  const { host, port } = options;
  const hosts = host === '0.0.0.0' ? 'any' : 'own';
  const app = createApp(ports, { ...options, hosts });
  const server = createServer((request, response) => {
    usePath(request, hosts);
    app(request, response);
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new ConfigError('insights_port', `Expected to listen on ${host}:${port}, got: ${messageOf(cause)}`, {
      hint: 'Set INSIGHTS_PORT to another port, or to 0 for any free port.',
      cause,
    });
  }
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
      await closed;
      clearTimeout(timer);
    },
  };
}
