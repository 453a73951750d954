/** Clients, folders and waiting for tests; everything made here is cleaned up after the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type ClientPorts, DataLoaf } from '../../src/client/client.ts';
import { type Disk, nodeDisk } from '../../src/disk.ts';
import type { DataLoafOptions, DroppedItem, SdkLogger } from '../../src/types.ts';
import { type ApiServer, type Responder, startApi } from './api-server.ts';

/**
 * The last one made is cleaned up first. Registered with the running test: an `afterEach` here would belong only to the first
 * file that loads this module, because unit tests load modules once for all files.
 */
function cleanUp(cleanup: () => unknown): void {
  onTestFinished(async () => {
    await cleanup();
  });
}

export const KEY = 'dl_s_test';
const quiet = (): void => undefined;
const silentLogger: SdkLogger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

export function aFolder(): string {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'dataloaf-sdk-'));
  cleanUp(() => fs.rmSync(dir, { recursive: true, force: true }));
  return dir;
}

export async function anApi(respond?: Responder): Promise<ApiServer> {
  const api = await startApi(respond);
  cleanUp(() => api.stop());
  return api;
}

export interface TestClient {
  readonly client: DataLoaf;
  readonly drops: DroppedItem[];
  readonly dir: string;
}

export function aClient(options: DataLoafOptions, ports: Partial<ClientPorts> = {}): TestClient {
  const drops: DroppedItem[] = [];
  const dir = options.dir ?? aFolder();
  const client = new DataLoaf(
    {
      serverKey: KEY,
      logger: silentLogger,
      flushInterval: 10,
      retry: { minDelay: 1, maxDelay: 20 },
      onDrop: (items) => drops.push(...items),
      ...options,
      dir,
    },
    { env: () => ({ endpoint: undefined, serverKey: undefined }), ...ports },
  );
  cleanUp(() => client.shutdown({ timeout: 0 }));
  return { client, drops, dir };
}

export function aDisk(changes: Partial<Disk>): Disk {
  return { ...nodeDisk, ...changes };
}

export function diskError(code: string): Error {
  return Object.assign(new Error(`${code}: as the test wants`), { code });
}

/** Polls until the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`Expected within ${ms} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** An address at which nothing listens. */
export const NOWHERE = 'http://127.0.0.1:9';

export interface RunningScript {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

/** Runs test/tools/<name>, or a built script by its whole path, in a process of its own, started by another command if given. */
export function runScript(
  name: string,
  env: Readonly<Record<string, string>>,
  starter: readonly string[] = [],
): RunningScript {
  const isBuilt = path.isAbsolute(name);
  const file = isBuilt ? name : fileURLToPath(new URL(name, import.meta.url));
  const flags = isBuilt ? [] : ['--conditions=@dataloaf/source', '--import', 'tsx'];
  const [command = '', ...rest] = [...starter, process.execPath, ...flags, file];
  const child = spawn(command, rest, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  cleanUp(() => child.kill('SIGKILL'));
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', (code) => resolve(code));
  });
  return { child, output: () => output, ended };
}

/** Names of files under a folder, with their folders. */
export function filesIn(dir: string): readonly string[] {
  return fs.readdirSync(dir, { recursive: true }).map(String);
}
