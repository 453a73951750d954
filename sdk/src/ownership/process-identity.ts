/**
 * Who this process is, precisely enough that another process can tell whether it lives. A pid alone does not do: pids are
 * used again, and in containers every one is 1; so the boot, the pid namespace and the start time count too. Where the
 * system does not tell (outside Linux), fields are null and silence decides.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ProcessIdentity {
  readonly host: string;
  readonly boot: string | null;
  readonly pidNamespace: string | null;
  readonly pid: number;
  /** Clock ticks after boot (proc(5), field 22). */
  readonly processStart: string | null;
}

export function readIdentity(): ProcessIdentity {
  return {
    host: hostname(),
    boot: attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: attempt(() => readlinkSync('/proc/self/ns/pid')),
    pid: process.pid,
    processStart: startOf(process.pid),
  };
}

/** The start time of a process of this pid namespace, null when there is none (a zombie counts as none). */
export function startOf(pid: number): string | null {
  return attempt(() => parseStart(readFileSync(`/proc/${pid}/stat`, 'utf8')));
}

/** The second field is the command in brackets, which may itself hold blanks and brackets. */
export function parseStart(stat: string): string | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  return fields[19] ?? null;
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    // Not Linux, or the process is gone: both are an answer.
    return null;
  }
}
