/**
 * One stack per data folder: a lock file with the owner's process. Dead owners (SIGKILL, power cut) are taken over; a
 * process that only got the same number later is told apart by its start time.
 */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject } from '@dataloaf/core/parsed';

export interface FolderLock {
  release(): Promise<void>;
}

interface Owner {
  readonly pid: number;
  /** As the system writes it; empty where it cannot be told. */
  readonly startedAt: string;
}

const LOCK_FILE = 'lock.json';

/** Undefined when a living process holds the folder. */
export async function lockFolder(dir: string): Promise<FolderLock | undefined> {
  const file = join(dir, LOCK_FILE);
  const owner: Owner = { pid: process.pid, startedAt: startOf(process.pid) };
  for (let attempt = 0; attempt < 2; attempt += 1) {
    if (await createFile(file, JSON.stringify(owner))) return { release: () => rm(file, { force: true }) };
    if (isAlive(await readOwner(file))) return undefined;
    await rm(file, { force: true });
  }
  return undefined;
}

async function createFile(file: string, text: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(text);
    await handle.close();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function readOwner(file: string): Promise<Owner | undefined> {
  try {
    const owner: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (!isObject(owner) || typeof owner['pid'] !== 'number') return undefined;
    return { pid: owner['pid'], startedAt: String(owner['startedAt']) };
  } catch {
    // Half written by a process that was killed: nobody's.
    return undefined;
  }
}

export function isAlive(owner: Owner | undefined): boolean {
  if (owner === undefined) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives, and is another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return startOf(owner.pid) === owner.startedAt;
}

/** When a process started: the kernel's ticks on Linux, the text of `ps` elsewhere. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold blanks; the start is the 20th field behind it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? '';
  }
}
