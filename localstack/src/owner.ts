/**
 * Who something on this machine belongs to: a process, known by its number and its start, so that one which only got the
 * same number later is told apart. A zombie counts as dead.
 */
import { readStart } from '@dataloaf/core/process-identity';
import { isObject } from '@dataloaf/core/values/parsed';

export interface Owner {
  readonly pid: number;
  /** As the system writes it; empty where it cannot be told. */
  readonly startedAt: string;
}

export const thisProcess = (): Owner => ({ pid: process.pid, startedAt: readStart(process.pid) ?? '' });

/** Undefined for what we did not write. */
export function parseOwner(text: string): Owner | undefined {
  try {
    const owner: unknown = JSON.parse(text);
    if (!isObject(owner) || typeof owner['pid'] !== 'number') return undefined;
    return { pid: owner['pid'], startedAt: String(owner['startedAt']) };
  } catch {
    // Not what we write: nobody's.
    return undefined;
  }
}

export function isAlive(owner: Owner | undefined): boolean {
  if (owner === undefined) return false;
  const startedAt = readStart(owner.pid);
  return startedAt !== undefined && startedAt === owner.startedAt;
}
