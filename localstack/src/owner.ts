/**
 * The process that owns something on this machine, identified by its number and start time: a later process may get the
 * same number. A zombie counts as dead.
 */
import { readStart } from '@dataloaf/core/process-identity';
import { isObject } from '@dataloaf/core/values/parsed';

export interface Owner {
  readonly pid: number;
  /** As the system reports it; empty when it is unknown. */
  readonly startedAt: string;
}

export const thisProcess = (): Owner => ({ pid: process.pid, startedAt: readStart(process.pid) ?? '' });

/** Undefined for text that we did not write. */
export function parseOwner(text: string): Owner | undefined {
  try {
    const owner: unknown = JSON.parse(text);
    if (!isObject(owner) || typeof owner['pid'] !== 'number') return undefined;
    return { pid: owner['pid'], startedAt: String(owner['startedAt']) };
  } catch {
    // Not written by us, so it names no owner.
    return undefined;
  }
}

export function isAlive(owner: Owner | undefined): boolean {
  if (owner === undefined) return false;
  const startedAt = readStart(owner.pid);
  return startedAt !== undefined && startedAt === owner.startedAt;
}
