/** `npm run local` as its own process, as a person starts it, and the processes that belong to it. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readProcessStat } from '@dataloaf/core/process-identity';
import type { ReadyLine } from '@dataloaf/core/stack-file';
import { removeDataOf } from '@dataloaf/localstack/postgres/data-folder';
import pg from 'pg';
import { until } from '../../localstack/test/tools/until.ts';
import { BACKEND } from './test-backend.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const LAUNCHER = join(ROOT, 'localstack/bin/local.mjs');
/** Far above the promised time, because tests share the machine. */
const READY_MS = 60_000;

export interface LocalProcess {
  readonly launcher: ChildProcess;
  readonly ready: ReadyLine;
  /** Everything it wrote. */
  stdout(): string;
  stderr(): string;
  /** All its processes: launcher, stack, Insights, Postgres, watchdog. */
  processes(): readonly number[];
  /** Resolves to the exit code of the launcher, or to the signal that ended it. */
  readonly ended: Promise<number | string>;
}

const started: LocalProcess[] = [];
const folders: string[] = [];

export async function aFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'dataloaf-process-'));
  folders.push(dir);
  return dir;
}

/** Ends the processes that a test left, and removes its folders. */
export async function cleanUp(): Promise<void> {
  for (const { launcher, ended } of started.splice(0)) {
    launcher.kill('SIGTERM');
    await ended;
  }
  for (const dir of folders.splice(0)) {
    removeDataOf(dir);
    await rm(dir, { recursive: true, force: true });
  }
}

export interface StartOptions {
  /** Through `npm run`, whose process is then the launcher. */
  readonly by?: 'npm';
  readonly environment?: Readonly<Record<string, string>>;
}

export function startLocal(...args: readonly string[]): Promise<LocalProcess> {
  return startLocalWith({}, ...args);
}

export async function startLocalWith(options: StartOptions, ...args: readonly string[]): Promise<LocalProcess> {
  const { launcher, output, ended } = run(args, options);
  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  await until('the ready line', () => hasEnded || output.stdout.includes('\n'), READY_MS);
  if (hasEnded) throw new Error(`The stack ended before it was ready: ${output.stderr}`);
  const ready: ReadyLine = JSON.parse(output.stdout);
  const root = launcher.pid ?? 0;
  const local = {
    launcher,
    ready,
    ended,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    processes: () => treeOf(root),
  };
  started.push(local);
  return local;
}

/** For a start that is refused. */
export function failLocal(...args: readonly string[]): Promise<{ code: number | string; stderr: string }> {
  return failLocalWith({}, ...args);
}

export async function failLocalWith(
  options: StartOptions,
  ...args: readonly string[]
): Promise<{ code: number | string; stderr: string }> {
  const { output, ended } = run(args, options);
  return { code: await ended, stderr: output.stderr };
}

function run(args: readonly string[], { by, environment }: StartOptions = {}) {
  const [command, ...before] =
    by === 'npm' ? ['npm', '--prefix', ROOT, 'run', '-s', 'local', '--'] : [process.execPath, LAUNCHER];
  const launcher = spawn(command, [...before, '--json', '--backend', BACKEND, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const output = { stdout: '', stderr: '' };
  launcher.stdout.on('data', (chunk: Buffer) => {
    output.stdout += String(chunk);
  });
  launcher.stderr.on('data', (chunk: Buffer) => {
    output.stderr += String(chunk);
  });
  const ended = once(launcher, 'exit').then(([code, signal]): number | string => code ?? signal);
  return { launcher, output, ended };
}

interface Listed {
  readonly pid: number;
  readonly parent: number;
}

/** Running processes, without zombies. Bare machines have no `ps`, and macOS has no /proc. */
function listProcesses(): readonly Listed[] {
  if (existsSync('/proc/self/stat')) return readdirSync('/proc').flatMap(readProcess);
  return execFileSync('ps', ['-eo', 'pid=,ppid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , state = 'Z']) => !state.startsWith('Z'))
    .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) }));
}

function readProcess(name: string): readonly Listed[] {
  const stat = readProcessStat(Number(name));
  return stat === undefined ? [] : [{ pid: Number(name), parent: stat.parentPid }];
}

/** A process and all below it. */
export function treeOf(root: number): readonly number[] {
  const all = listProcesses();
  const tree = [root];
  for (const pid of tree) tree.push(...all.filter(({ parent }) => parent === pid).map((each) => each.pid));
  return tree;
}

/** The ones that still run. */
function living(pids: readonly number[]): readonly number[] {
  const all = new Set(listProcesses().map(({ pid }) => pid));
  return pids.filter((pid) => all.has(pid));
}

/** How long what is left may take to end after it was asked to, or after a SIGKILL of the stack. */
const GONE_MS = 5_000;

export const untilGone = (pids: readonly number[]): Promise<void> =>
  until(`the end of processes ${pids.join(', ')}`, () => living(pids).length === 0, GONE_MS);

/** The first of three free ports in a row. */
export async function freePorts(): Promise<number> {
  for (;;) {
    // Below the range that the system uses for outgoing connections.
    const base = 20_000 + Math.floor(Math.random() * 10_000);
    if ((await isFree(base)) && (await isFree(base + 1)) && (await isFree(base + 2))) return base;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer();
    probe.once('error', () => answer(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => answer(true)));
  });
}

/** A request to the admin of the gateway. */
export async function admin({ aws }: ReadyLine, path: string): Promise<Record<string, unknown>> {
  const answer = await fetch(`${aws}/_dataloaf/${path}`, { method: 'POST', headers: { 'x-dataloaf-admin': '1' } });
  const body: Record<string, unknown> = Object(await answer.json());
  return body;
}

/** Runs a query directly on the local warehouse. */
export async function query({ postgres }: ReadyLine, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: postgres });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
