/**
 * The disks of one run: a file system in memory for the stack's folder, for that of Postgres and for the journal of the SDK
 * hosts. A disk gets full when its size is set to what it holds, and has room again when its size is set back: writes then
 * fail with the kernel's own ENOSPC, after a part was written. Only root may mount; elsewhere no disk gets full.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openDataFolder } from '@dataloaf/localstack/postgres/data-folder';
import { serverUser } from '@dataloaf/localstack/postgres/os-user';
import type { Disk } from './plan.ts';

export interface Disks {
  readonly folders: Readonly<Record<Disk, string>>;
  /** Why disks cannot get full here. */
  readonly problem: string | undefined;
  fill(disk: Disk): Promise<void>;
  free(disk: Disk): Promise<void>;
  remove(): Promise<void>;
}

const run = promisify(execFile);

const NAME = 'dataloaf-chaos';
const SIZE = '2g';
/** A running stack writes between the two steps of `fill`; a size below what is used is refused. */
const ATTEMPTS = 20;

export async function createDisks(): Promise<Disks> {
  await unmountLeftovers();
  const base = mkdtempSync(join(tmpdir(), `${NAME}-`));
  const stack = join(base, 'stack');
  const journal = join(base, 'journal');
  for (const folder of [stack, journal]) mkdirSync(folder, { mode: 0o700 });
  const mounted: string[] = [];
  const mount = async (folder: string, mode: string): Promise<void> => {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=${mode}`, `${NAME}-${process.pid}`, folder]);
    mounted.push(folder);
  };
  let problem: string | undefined;
  try {
    for (const folder of [stack, journal]) await mount(folder, '0700');
    // Root's Postgres has its folder elsewhere. It is opened again, because the mount hides what it held.
    await mount(openDataFolder(stack, serverUser()).home, '0711');
  } catch (error) {
    problem = String(Object(error).stderr ?? error).split('\n', 1)[0];
  }
  const folders = { stack, journal, postgres: openDataFolder(stack, serverUser()).home };
  return {
    folders,
    problem,
    fill: (disk) => fill(folders[disk]),
    free: async (disk) => void (await run('mount', ['-o', `remount,size=${SIZE}`, folders[disk]])),
    async remove() {
      for (const folder of mounted.toReversed()) await run('umount', ['-l', folder]);
      for (const folder of [folders.postgres, base]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function fill(folder: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const { blocks, bfree, bsize } = await statfs(folder);
    try {
      // Not 0, which would be no limit.
      const bytes = Math.max(blocks - bfree, 1) * bsize;
      return void (await run('mount', ['-o', `remount,size=${bytes}`, folder]));
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/** The mounts of runs that were killed: their processes are gone. */
async function unmountLeftovers(): Promise<void> {
  for (const line of readLines('/proc/mounts')) {
    const [device = '', folder = ''] = line.split(' ');
    const owner = new RegExp(`^${NAME}-(\\d+)$`).exec(device)?.[1];
    if (owner !== undefined && readLines(`/proc/${owner}/stat`).length === 0) await run('umount', ['-l', folder]);
  }
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return []; // Not Linux, or the process has ended.
  }
}
