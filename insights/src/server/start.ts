/** Starts the server and ends it: the part of a process that can be tested and embedded. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError, messageOf } from '@dataloaf/core/errors';
import { type AppOptions, createApp } from './app.ts';

export interface StartOptions extends Omit<AppOptions, 'hosts'> {
  readonly host: '127.0.0.1' | '0.0.0.0';
  /** 0 for any free one. */
  readonly port: number;
}

export interface RunningInsights {
  /** Where a browser on this machine finds it. */
  readonly url: string;
  /** Lets requests end for a second, then cuts them. */
  close(): Promise<void>;
}

const GRACE_MS = 1_000;

/** @throws ConfigError when the port cannot be had */
export async function startInsights({ host, port, ...options }: StartOptions): Promise<RunningInsights> {
  const server = createServer(createApp({ ...options, hosts: host === '0.0.0.0' ? 'any' : 'own' }));
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new ConfigError('insights_port', `Expected to listen on ${host}:${port}, got: ${messageOf(cause)}`, {
      hint: 'Set INSIGHTS_PORT to another port, or to 0 for any free one.',
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
