/**
 * One stack per data folder, by a lock file that names the owner's process. The file appears together with its content, so
 * nobody reads half of it. The lock of a dead owner (SIGKILL, power cut) is taken over: its file is moved away and checked
 * again, so that only one of two concurrent takeovers wins.
 */
import { constants, readFileSync, rmSync } from 'node:fs';
import { copyFile, link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { STACK_FILE } from '@dataloaf/core/stack-file';
import { isAlive, type Owner, parseOwner, thisProcess } from '../owner.ts';

export interface FolderLock {
  release(): Promise<void>;
}

export const LOCK_FILE = 'lock.json';
/** Every attempt but the last finds a dead owner, or one that is just leaving. */
const ATTEMPTS = 3;

/** Returns undefined when a running process holds the folder. */
export async function lockFolder(dir: string): Promise<FolderLock | undefined> {
  const file = join(dir, LOCK_FILE);
  const own = `${file}.${process.pid}`;
  try {
    await writeFile(own, JSON.stringify(thisProcess()), { mode: 0o600 });
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (await linkFile(own, file)) return { release: () => rm(file, { force: true }) };
      if (isAlive(await readOwner(file))) return undefined;
      await moveAway(file, `${own}.stale`);
    }
    return undefined;
  } finally {
    await rm(own, { force: true });
  }
}

/** The running process that holds the folder. */
export async function ownerOf(dir: string): Promise<Owner | undefined> {
  const owner = await readOwner(join(dir, LOCK_FILE));
  return isAlive(owner) ? owner : undefined;
}

/** Releases the folder synchronously, for a process that exits at once. The lock of another process stays. */
export function abandonFolder(dir: string): void {
  const file = join(dir, LOCK_FILE);
  try {
    if (parseOwner(readFileSync(file, 'utf8'))?.pid !== process.pid) return;
  } catch {
    // There is no lock of ours.
    return;
  }
  rmSync(join(dir, STACK_FILE), { force: true });
  rmSync(file, { force: true });
}

async function linkFile(from: string, to: string): Promise<boolean> {
  try {
    // Some container file systems have no hard links. There the content does not appear in the same step.
    await link(from, to).catch((error: unknown) => {
      if (hasCode(error, 'EEXIST')) throw error;
      return copyFile(from, to, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** A concurrent takeover may have put a running owner's file there since we read it. That file goes back. */
async function moveAway(file: string, aside: string): Promise<void> {
  try {
    await rename(file, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if (isAlive(await readOwner(aside))) await linkFile(aside, file);
  await rm(aside, { force: true });
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

async function readOwner(file: string): Promise<Owner | undefined> {
  return parseOwner(await readFile(file, 'utf8').catch(() => ''));
}
