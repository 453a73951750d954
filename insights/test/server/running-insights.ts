/** A whole server on a free port, over a fake warehouse, and requests that `fetch` cannot send. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LastTick } from '@dataloaf/core/last-tick';
import { createLog } from '@dataloaf/core/log';
import type { InsightsPorts } from '../../src/server/ports.ts';
import { type RunningInsights, type StartOptions, startInsights } from '../../src/server/start.ts';
import { at, fakeWarehouse, purchases } from '../builders.ts';

export const NOW = at('2026-11-03T20:00:00Z');
const TICK: LastTick = {
  checkedAt: new Date('2026-11-03T19:59:00Z'),
  completeTo: new Date('2026-11-03T19:58:00Z'),
  loadId: 7,
  parked: 0,
  late: 0,
};

const running: RunningInsights[] = [];
const folders: string[] = [];

export async function start(overrides: Partial<InsightsPorts & StartOptions> = {}): Promise<string> {
  const webDir = await mkdtemp(join(tmpdir(), 'insights-'));
  folders.push(webDir);
  await writeFile(join(webDir, 'index.html'), '<title>DataLoaf</title>');
  await writeFile(join(webDir, 'app.ABCD1234.js'), '');
  const ports: InsightsPorts = {
    warehouse: fakeWarehouse(purchases),
    readTick: async () => TICK,
    log: createLog({ name: 'insights', level: 'silent' }),
    now: () => NOW,
  };
  const options: StartOptions = { queryTimeoutMs: 1_000, webDir, host: '127.0.0.1', port: 0 };
  const insights = await startInsights({ ...ports, ...overrides }, { ...options, ...overrides });
  running.push(insights);
  return insights.url;
}

export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

/** `fetch` does not allow a Host header. */
export function get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    request(url, { headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    })
      .on('error', reject)
      .end();
  });
}

/** In `afterEach`. */
export async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((insights) => insights.close()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
}

/** The status of a request with these lines as its head, byte by byte. */
export function statusOfHead(url: string, head: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', reject);
    socket.once('data', (chunk: Buffer) => {
      socket.destroy();
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(chunk.toString('latin1'))?.[1]));
    });
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
  });
}
