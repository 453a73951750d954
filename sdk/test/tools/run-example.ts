/**
 * Runs a file of `examples/` as a user does: from the installed package, with the URL of the API in the environment.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import type { ApiServer } from './api-server.ts';
import { KEY } from './test-client.ts';

export interface RunningExample {
  readonly child: ChildProcess;
  /** Its output, of both streams. */
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

/** Ends the program, should it hang, so that a test ends too. */
const LIMIT_MS = 60_000;

export function startExample(
  consumer: string,
  name: string,
  { api, args = [] }: { readonly api: ApiServer; readonly args?: readonly string[] },
): RunningExample {
  const file = path.join('node_modules/@dataloaf/sdk/examples', name);
  const child = spawn(process.execPath, [file, ...args], {
    cwd: consumer,
    env: { ...process.env, DATALOAF_ENDPOINT: api.endpoint, DATALOAF_SERVER_KEY: KEY },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += String(chunk)));
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  return { child, output: () => output, ended };
}
