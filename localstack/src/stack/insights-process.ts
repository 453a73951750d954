/** Insights as a child process, from the deployed bundle. It ends with its parent, however the parent ends. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { isObject } from '@dataloaf/core/values/parsed';
import { StackError } from '../stack-error.ts';

export interface InsightsOptions {
  /** The server's bundle. */
  readonly server: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface InsightsProcess {
  readonly url: string;
  /** Ends the process and starts another one at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const START_MS = 15_000;
const STOP_MS = 2_000;

/** @throws StackError when the server does not listen in time */
export async function startInsightsProcess(options: InsightsOptions): Promise<InsightsProcess> {
  const { url, ...first } = await startChild(options);
  let { child } = first;
  const environment = { ...options.environment, INSIGHTS_PORT: new URL(url).port };
  return {
    url,
    restart: async () => {
      await stopChild(child);
      ({ child } = await startChild({ ...options, environment }));
    },
    stop: () => stopChild(child),
  };
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
