/** Stops a server that outlived its stack, before the next start, but only when it really is the server of this data. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataFolder } from './data-folder.ts';

const SIGNALS = ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const;
const SIGNAL_TIMEOUT_MS = 3_000;
const POLL_MS = 20;

/** Returns whether there was one. The caller holds the folder's lock, so no other stack runs on it. */
export async function stopLeftover(folder: DataFolder): Promise<boolean> {
  const file = join(folder.data, 'postmaster.pid');
  if (!existsSync(file)) return false;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const isOurs = Number.isInteger(pid) && pid > 1 && isServerOf(pid, folder.data);
  if (isOurs) await end(pid, folder.data);
  // The file now names a dead process, or an unrelated one that has got the same pid.
  rmSync(file, { force: true });
  return isOurs;
}

async function end(pid: number, data: string): Promise<void> {
  for (const signal of SIGNALS) {
    if (!isServerOf(pid, data)) return;
    process.kill(pid, signal);
    for (let waited = 0; waited < SIGNAL_TIMEOUT_MS && isServerOf(pid, data); waited += POLL_MS) await sleep(POLL_MS);
  }
}

function isServerOf(pid: number, data: string): boolean {
  const command = commandOf(pid);
  return command.includes('postgres') && command.includes(`-D ${data} `);
}

/** Command line of a process, separated by spaces; empty when there is no such process. */
function commandOf(pid: number): string {
  try {
    if (existsSync('/proc/self/cmdline')) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    // No such process.
    return '';
  }
}
