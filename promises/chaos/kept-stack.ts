/** `npm run local` that is started again whenever it ends, as a service manager does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { ReadyLine } from '@dataloaf/core/stack-file';
import { LAUNCHER } from '../tools/local-process.ts';

export interface KeptStack {
  /** The launcher that runs now. */
  readonly launcher: number | undefined;
  /** What the last start printed. Undefined from the end of a launcher to the next ready line. */
  readonly ready: ReadyLine | undefined;
  /** Starts so far, also those that failed. */
  readonly starts: number;
  /** How stacks ended that were ready and that nobody killed. */
  readonly ownEnds: readonly string[];
  /** The end of what all of them wrote to standard error. */
  log(): string;
  untilReady(): Promise<ReadyLine>;
  stop(): Promise<void>;
}

const START_AGAIN_MS = 100;
const READY_MS = 60_000;
const LOG_CHARS_MAX = 200_000;
const LINE_CHARS_MAX = 400;
/** Exit code of the launcher when its stack got a SIGKILL. */
const STACK_KILLED = 137;
const NO_POSTGRES_URL = { DATALOAF_PG_URL: '' };

/** The port is that of Insights; the API and AWS have the next two, unless a process of the last start still holds them. */
export function keepStack({ dir, port }: { readonly dir: string; readonly port: number }): KeptStack {
  const state = { starts: 0, log: '', isStopped: false, ownEnds: [] as string[] };
  let child: ChildProcess | undefined;
  let ready: ReadyLine | undefined;
  const run = async (): Promise<void> => {
    while (!state.isStopped) {
      state.starts += 1;
      const started = spawn(process.execPath, [LAUNCHER, '--json', '--dir', dir, '--port', String(port)], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...NO_POSTGRES_URL },
      });
      child = started;
      let line = '';
      started.stdout.on('data', (chunk: Buffer) => {
        line += String(chunk);
        // A stack whose launcher was killed may still print its line. It is about to end.
        if (child === started && line.includes('\n')) ready = JSON.parse(line) as ReadyLine;
      });
      started.stderr.on('data', (chunk: Buffer) => {
        state.log = (state.log + String(chunk)).slice(-LOG_CHARS_MAX);
      });
      const [code, signal]: (number | string | null)[] = await once(started, 'exit');
      const isKilled = signal === 'SIGKILL' || code === STACK_KILLED || state.isStopped;
      if (ready !== undefined && !isKilled) state.ownEnds.push(`the stack ended by itself: ${code ?? signal}`);
      child = undefined;
      ready = undefined;
      await pause(START_AGAIN_MS);
    }
  };
  const running = run();
  return {
    get launcher() {
      return child?.pid;
    },
    get ready() {
      return ready;
    },
    get starts() {
      return state.starts;
    },
    ownEnds: state.ownEnds,
    log: () => shortened(state.log),
    async untilReady() {
      const deadline = performance.now() + READY_MS;
      while (ready === undefined) {
        if (performance.now() > deadline)
          throw new Error(`The stack did not start within 60 s:\n${shortened(state.log)}`);
        await pause(50);
      }
      return ready;
    },
    async stop() {
      state.isStopped = true;
      child?.kill('SIGTERM');
      await running;
    },
  };
}

const shortened = (log: string): string =>
  log
    .split('\n')
    .map((line) => line.slice(0, LINE_CHARS_MAX))
    .join('\n');
