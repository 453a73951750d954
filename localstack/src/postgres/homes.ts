/**
 * The folders below /var/tmp in which Postgres keeps its data when its user cannot enter the stack's own folder. Each names
 * the stack that made it, so that the next start of any stack removes those whose stack is gone.
 */
import { existsSync, lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isObject } from '@dataloaf/core/values/parsed';
import { isAlive, type Owner, parseOwner, thisProcess } from '../owner.ts';
import { readInstance, readText } from './instance.ts';
import { hasServer } from './leftover.ts';

export const HOME_PREFIX = 'dataloaf-';
const OWNER_FILE = 'owner.json';

export const homesFolder = (): string => (existsSync('/var/tmp') ? '/var/tmp' : tmpdir());

interface HomeOwner {
  /** The stack's own folder for Postgres. */
  readonly own: string;
  readonly process: Owner | undefined;
}

/** Before anything else is written there. */
export function takeHome(home: string, own: string): void {
  writeFileSync(join(home, OWNER_FILE), JSON.stringify({ ...thisProcess(), own }), { mode: 0o600 });
}

export function removeAbandonedHomes(base: string): void {
  for (const name of readdirSync(base)) {
    const home = join(base, name);
    if (!name.startsWith(HOME_PREFIX) || !isAbandoned(home)) continue;
    rmSync(home, { recursive: true, force: true });
  }
}

/** Its process has ended, no server runs on it, and the folder of its stack is gone or has other data. */
function isAbandoned(home: string): boolean {
  if (!isOurs(home)) return false;
  const owner = readOwner(home);
  if (owner === undefined || isAlive(owner.process) || hasServer(join(home, 'data'))) return false;
  return readInstance(join(owner.own, 'instance.json'))?.home !== home;
}

function isOurs(home: string): boolean {
  try {
    const found = lstatSync(home);
    return found.isDirectory() && found.uid === process.getuid?.();
  } catch {
    // Another start has just removed it.
    return false;
  }
}

/** Undefined when nobody is named: not a folder of ours, or one of an earlier version. */
function readOwner(home: string): HomeOwner | undefined {
  const text = readText(join(home, OWNER_FILE));
  if (text === undefined) return undefined;
  const fields = parseJson(text);
  if (!isObject(fields) || typeof fields['own'] !== 'string') return undefined;
  return { own: fields['own'], process: parseOwner(text) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A torn file of a killed start.
    return undefined;
  }
}
