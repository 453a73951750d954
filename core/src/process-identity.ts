/**
 * The identity of a process, precise enough for another process to decide whether it is alive. A pid is not: systems
 * reuse pids, and every container has a pid 1. So the boot, the pid namespace and the start time count too. On Linux all
 * of it comes from /proc; elsewhere `ps` knows the start time, and the other fields are null.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';

export interface ProcessIdentity {
  readonly host: string;
  readonly boot: string | null;
  readonly pidNamespace: string | null;
  readonly pid: number;
  /** Clock ticks between boot and start (proc(5), field 22). */
  readonly processStart: string | null;
}

/** The fields of `/proc/<pid>/stat` that we use (proc(5)). */
export interface ProcessStat {
  readonly state: string;
  readonly parentPid: number;
  readonly group: string;
  /** The foreground process group of the terminal that controls the process. */
  readonly foregroundGroup: string;
  /** Clock ticks between boot and start. */
  readonly startTicks: string;
}

/** The identity of this process. */
export function readProcessIdentity(): ProcessIdentity {
  return {
    host: hostname(),
    boot: orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: orNull(() => readlinkSync('/proc/self/ns/pid')),
    pid: process.pid,
    processStart: readStartTicks(process.pid),
  };
}

/** Linux only: the start time of a living process of this pid namespace, otherwise null. */
export function readStartTicks(pid: number): string | null {
  return readProcessStat(pid)?.startTicks ?? null;
}

/** When a living process started: clock ticks on Linux, the words of `ps` elsewhere. Undefined when it is dead. */
export function readStart(pid: number): string | undefined {
  return existsSync('/proc/self/stat') ? readProcessStat(pid)?.startTicks : startByPs(pid);
}

/** Linux only: undefined when the process is dead. A zombie is dead. */
export function readProcessStat(pid: number): ProcessStat | undefined {
  const text = orNull(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const stat = text === null ? undefined : parseProcessStat(text);
  return stat === undefined || isDead(stat.state) ? undefined : stat;
}

/** The second field is the command in parentheses, which may itself contain blanks and parentheses. */
export function parseProcessStat(text: string): ProcessStat | undefined {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group, , , foregroundGroup] = fields;
  const startTicks = fields[19];
  if (state === undefined || group === undefined || foregroundGroup === undefined || startTicks === undefined) return;
  return { state, parentPid: Number(parent), group, foregroundGroup, startTicks };
}

function startByPs(pid: number): string | undefined {
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
  const [state = '', ...start] = stdout?.trim().split(/\s+/) ?? [];
  return state === '' || isDead(state) ? undefined : start.join(' ');
}

/** Z: a zombie, which has ended and waits for its parent. X: dead. `ps` appends flags to the letter. */
const isDead = (state: string): boolean => state.startsWith('Z') || state.startsWith('X');

function orNull<Value>(read: () => Value): Value | null {
  try {
    return read();
  } catch {
    // Not Linux, or the process has ended.
    return null;
  }
}
