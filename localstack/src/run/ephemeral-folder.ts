/** Folders of --ephemeral. Each is removed at the end; those of killed stacks are removed by the next start. */
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOCK_FILE, ownerOf } from '../stack/folder-lock.ts';

const PREFIX = 'dataloaf-local-';

export async function createEphemeralFolder(): Promise<string> {
  const names = await readdir(tmpdir());
  for (const name of names.filter((each) => each.startsWith(PREFIX))) await removeAbandoned(join(tmpdir(), name));
  return mkdtemp(join(tmpdir(), PREFIX));
}

async function removeAbandoned(dir: string): Promise<void> {
  // Without a lock it may belong to a stack that is just starting.
  if (!existsSync(join(dir, LOCK_FILE)) || (await ownerOf(dir)) !== undefined) return;
  try {
    rmSync(dir, { recursive: true, force: true });
  } catch {
    // Another user's folder: only they can remove it.
  }
}
