/** Stops what a start would collide with: a server that outlived its stack, and processes that outlived their server. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

interface Data {
  /** The folder of the data. */
  readonly data: string;
}

const SIGNALS = ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const;
const SIGNAL_TIMEOUT_MS = 3_000;
const POLL_MS = 20;

/**
 * Stops a server that outlived its stack, when it really is the server of this data. Returns whether there was one. The caller
 * holds the folder's lock, so no other stack runs on it.
 */
export async function stopLeftover(folder: Data): Promise<boolean> {
  const stopped = await stopServer(folder);
  endOrphans(folder);
  return stopped;
}

/**
 * Kills the children of a server that is gone; the caller knows that it is. They end by themselves, except one that waits
 * for a lock of a killed one: it never looks up, and as long as it lives, no server can start on this data. Linux only.
 */
export function endOrphans(folder: Data): void {
  if (!existsSync('/proc/self/cwd') || !existsSync(folder.data)) return;
  const data = realpathSync(folder.data);
  for (const pid of readdirSync('/proc').map(Number).filter(Number.isInteger)) {
    if (workingFolderOf(pid) !== data || !commandOf(pid).includes('postgres')) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}

async function stopServer(folder: Data): Promise<boolean> {
  const file = join(folder.data, 'postmaster.pid');
  if (!existsSync(file)) return false;
  const pid = pidIn(file);
  const isOurs = pid !== undefined && isServerOf(pid, folder.data);
  if (isOurs) await end(pid, folder.data);
  // The file now names a dead process, or an unrelated one that has got the same pid.
  rmSync(file, { force: true });
  return isOurs;
}

/** Whether a server runs on this data. */
export function hasServer(data: string): boolean {
  const pid = pidIn(join(data, 'postmaster.pid'));
  return pid !== undefined && isServerOf(pid, data);
}

/** Undefined when the file does not exist or names no process. */
function pidIn(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return Number.isInteger(pid) && pid > 1 ? pid : undefined;
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

/** Each process of Postgres works in the folder of its data. */
function workingFolderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    // It has ended, or belongs to another user.
    return undefined;
  }
}
