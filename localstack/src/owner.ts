/**
 * Who something on this machine belongs to: a process, known by its number and its start, so that one which only got the
 * same number later is told apart. A zombie counts as dead.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isObject } from '@dataloaf/core/values/parsed';

export interface Owner {
  readonly pid: number;
  /** As the system writes it; empty where it cannot be told. */
  readonly startedAt: string;
}

export const thisProcess = (): Owner => ({ pid: process.pid, startedAt: startOf(process.pid) ?? '' });

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
  const startedAt = startOf(owner.pid);
  return startedAt !== undefined && startedAt === owner.startedAt;
}

/** When a process started: the kernel's ticks on Linux, the text of `ps` elsewhere. Undefined for a dead one. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold blanks; the state is the first field behind it, the start the 20th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return isZombie(fields[0]) ? undefined : fields[19];
  } catch {
    const answer = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
    const [state = '', ...start] = answer.stdout?.trim().split(/\s+/) ?? [];
    return state === '' || isZombie(state) ? undefined : start.join(' ');
  }
}

const isZombie = (state: string | undefined): boolean => state?.startsWith('Z') === true || state === 'X';
