/** Refuses a folder that another stack holds, with a link to that stack's Insights. Waits for one that is still starting. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { STACK_FILE } from '@dataloaf/core/stack-file';
import { isObject } from '@dataloaf/core/values/parsed';
import { ownerOf } from '../stack/folder-lock.ts';
import { StackError } from '../stack-error.ts';

/** Longer than a cold start on a slow machine. */
const START_MS = 15_000;
const POLL_MS = 100;

/** @throws StackError when a running stack holds the folder */
export async function refuseFolderInUse(dir: string, signal: AbortSignal): Promise<void> {
  let owner = await ownerOf(dir);
  for (let waited = 0; owner !== undefined; waited += POLL_MS) {
    const insights = await readInsights(dir, owner.pid);
    if (insights !== undefined) throw inUse(dir, `Its Insights is at ${insights} (process ${owner.pid}).`);
    if (waited >= START_MS) throw inUse(dir, `It is still starting (process ${owner.pid}).`);
    await pause(POLL_MS, undefined, { signal });
    owner = await ownerOf(dir);
  }
}

/** The address, once the stack is ready. */
async function readInsights(dir: string, pid: number): Promise<string | undefined> {
  const facts: unknown = await readFile(join(dir, STACK_FILE), 'utf8').then(JSON.parse, () => undefined);
  if (!isObject(facts) || facts['pid'] !== pid) return undefined;
  return String(facts['insights']);
}

const inUse = (dir: string, what: string): StackError =>
  new StackError('folder_in_use', `Another stack is already running on ${dir}. ${what}`, {
    hint: 'Use it, stop it, or start a second stack with another --dir.',
  });
