/** Insights as a child process, as it runs when deployed. It ends with its parent, however the parent ends. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { isObject } from '@dataloaf/core/values/parsed';
import { StackError } from '../stack-error.ts';

export interface InsightsOptions {
  /** Bundle of the server. */
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

/** @throws StackError when it does not listen in time */
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
  // The channel of `fork` closes with the parent, and its end ends the child.
  // Not the terminal itself for its log: a Node that ends sets it back to how it was at its start, and our keys were gone.
  const child = fork(server, { env: environment, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  child.stderr?.pipe(process.stderr, { end: false });
  const url = await Promise.race([
    readUrl(child),
    once(child, 'exit').then(([code]) => failed(`it ended with exit code ${code}`)),
    pause(START_MS, undefined, { ref: false }).then(() => failed(`nothing within ${START_MS / 1_000} s`)),
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
  return isObject(line) && typeof line['url'] === 'string' ? line['url'] : failed('a line without url');
}

function failed(got: string): never {
  throw new StackError('insights_not_ready', `Expected Insights to print its address, got ${got}.`, {
    hint: 'Its log is above.',
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
