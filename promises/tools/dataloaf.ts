/** The command line as a person starts it: a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const LAUNCHER = fileURLToPath(new URL('../../infra/bin/dataloaf.mjs', import.meta.url));

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** In a process group of its own, with nothing in its environment that would lead it to another stack. */
export function startDataloaf(args: readonly string[]): ChildProcess {
  const { DATALOAF_ENDPOINT, DATALOAF_SERVER_KEY, ...env } = process.env;
  return spawn(process.execPath, [LAUNCHER, ...args], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
}

export async function dataloaf(args: readonly string[]): Promise<Run> {
  const child = startDataloaf(args);
  if (child.stdout === null || child.stderr === null) throw new Error('Expected pipes.');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, out, err };
}

/** `kill -9` of all its processes. */
export async function killHard(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  process.kill(-Number(child.pid), 'SIGKILL');
  await exited;
}
