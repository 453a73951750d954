/**
 * Insights as a child process, from the deployed bundle. It ends with its parent, however the parent ends. When it ends by
 * itself (killed, out of memory), it is started again at the same address, as a service manager does on a server.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '@dataloaf/core/log';
import { isObject } from '@dataloaf/core/values/parsed';
import { StackError } from '../stack-error.ts';

export interface InsightsOptions {
  /** The server's bundle. */
  readonly server: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Pick<Log, 'warn'>;
}

export interface InsightsProcess {
  readonly url: string;
  /** Of the current process. */
  readonly pid: number | undefined;
  /** Ends the process and starts another one at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const START_MS = 15_000;
const STOP_MS = 2_000;
const AGAIN_MS = 500;
const POLL_MS = 20;

/** @throws StackError when the server does not listen in time */
export async function startInsightsProcess(options: InsightsOptions): Promise<InsightsProcess> {
  const { url, ...first } = await startChild(options);
  let { child } = first;
  const again = { ...options, environment: { ...options.environment, INSIGHTS_PORT: new URL(url).port } };
  let isStopped = false;
  let isExpected = false;
  const keep = async (): Promise<void> => {
    for (;;) {
      await exitOf(child);
      if (isStopped) return;
      if (!isExpected) options.log.warn({ pid: child.pid }, 'Insights ended unexpectedly, restarting it');
      isExpected = false;
      const next = await startAgain(again, () => isStopped);
      if (next === undefined) return;
      child = next;
    }
  };
  const kept = keep();
  return {
    url,
    get pid() {
      return child.pid;
    },
    restart: async () => {
      const old = child;
      isExpected = true;
      await stopChild(old);
      while (child === old) await pause(POLL_MS);
    },
    stop: async () => {
      isStopped = true;
      await stopChild(child);
      await kept;
    },
  };
}

/** Returns undefined when the stack stops meanwhile. */
async function startAgain(options: InsightsOptions, isStopped: () => boolean): Promise<ChildProcess | undefined> {
  while (!isStopped()) {
    try {
      const { child } = await startChild(options);
      if (!isStopped()) return child;
      await stopChild(child);
    } catch (error) {
      options.log.warn({ err: error }, 'could not restart Insights yet, retrying');
      await pause(AGAIN_MS);
    }
  }
  return undefined;
}

async function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function startChild({ server, environment }: InsightsOptions): Promise<{ child: ChildProcess; url: string }> {
  // The IPC channel of `fork` closes with the parent, and the child exits when it closes.
  // Its log is piped, not inherited: a Node that exits resets the terminal's mode, which would disable our keys.
  const child = fork(server, { env: environment, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  child.stderr?.pipe(process.stderr, { end: false });
  const url = await Promise.race([
    readUrl(child),
    once(child, 'exit').then(([code]) => failed(`exit code ${code}`)),
    pause(START_MS, undefined, { ref: false }).then(() => failed(`no address within ${START_MS / 1_000} s`)),
  ]).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return { child, url };
}

async function readUrl(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  const line: unknown = JSON.parse(text.slice(0, text.indexOf('\n')));
  return isObject(line) && typeof line['url'] === 'string' ? line['url'] : failed('a line without a url');
}

function failed(got: string): never {
  throw new StackError('insights_not_ready', `Expected Insights to print its address, got ${got}.`, {
    hint: 'See its log above.',
  });
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const isLate = await Promise.race([ended.then(() => false), pause(STOP_MS, true, { ref: false })]);
  if (!isLate) return;
  child.kill('SIGKILL');
  await ended;
}
