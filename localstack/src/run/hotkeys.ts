/** The keys of the terminal: one letter, one action. Keys pressed while an action runs are ignored. */
import { messageOf } from '@dataloaf/core/errors';
import { readProcessStat } from '@dataloaf/core/process-identity';
import { isObject } from '@dataloaf/core/values/parsed';
import { type LoadAnswer, loadNow } from '../stack/load-now.ts';
import type { Stack } from '../stack/stack.ts';
import type { EndOfProcess } from './end-of-process.ts';
import { seedStack } from './seed-stack.ts';

interface Key {
  readonly key: string;
  /** As the banner shows it. */
  readonly name: string;
  /** Shown while it runs. */
  readonly doing: string;
  /** Returns the line to print when it is done. */
  readonly work: (stack: Stack) => Promise<string>;
}

const SEED_EVENTS = 1_000;
/** In raw mode the terminal delivers Ctrl-C and Ctrl-D as characters. */
const QUIT = ['q', '\u0003', '\u0004'];
const CLEAR_LINE = '\r\u001b[2K';

export const KEYS: readonly Key[] = [
  {
    key: 'l',
    name: 'load now',
    doing: 'Loading',
    work: async ({ admin }) => describeLoad(await loadNow(admin)),
  },
  {
    key: 'f',
    name: 'flush',
    doing: 'Flushing',
    work: async ({ admin }) => `Firehose delivered ${count(await admin.flush(), 'object')} to S3.`,
  },
  {
    key: 's',
    name: `send ${SEED_EVENTS.toLocaleString('en')} sample events`,
    doing: 'Sending sample events',
    work: async (stack) =>
      `Sent ${count(SEED_EVENTS, 'sample event')}. ${describeLoad(await seedStack(stack, SEED_EVENTS))}`,
  },
  {
    key: 'r',
    name: 'reset',
    doing: 'Resetting',
    work: async (stack) => {
      await stack.reset();
      return 'Reset: buckets and warehouse are empty. Addresses and keys have not changed.';
    },
  },
];

/** Returns whether there is a terminal to listen to. */
export function listenToKeys(stack: Stack, end: EndOfProcess): boolean {
  const { stdin } = process;
  if (!stdin.isTTY || !isInForeground()) return false;
  stdin.setRawMode(true);
  stdin.resume();
  let isBusy = false;
  const act = async ({ doing, work }: Key): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    process.stdout.write(`  ${doing}...`);
    const line = await work(stack).catch((error: unknown) => `Failed: ${messageOf(error)}`);
    if (!end.signal.aborted) process.stdout.write(`${CLEAR_LINE}  ${line}\n`);
    isBusy = false;
  };
  stdin.on('data', (bytes) => {
    for (const pressed of keysOf(String(bytes))) {
      if (QUIT.includes(pressed)) return end.ask();
      const known = KEYS.find(({ key }) => key === pressed);
      if (known !== undefined) void act(known);
    }
  });
  return true;
}

/** Arrow keys and the like arrive as escape sequences that contain letters. */
const keysOf = (text: string): readonly string[] => (text.startsWith('\u001b') ? [] : [...text]);

/** The terminal stops a background job that changes its mode. Only Linux reports which group is in the foreground. */
function isInForeground(): boolean {
  const stat = readProcessStat(process.pid);
  // No /proc: macOS.
  return stat === undefined || stat.group === stat.foregroundGroup;
}

function describeLoad({ outcome, batch, message }: LoadAnswer): string {
  switch (outcome) {
    case 'loaded':
      return `Loaded ${describeBatch(batch)}.`;
    case 'nothing_new':
      return 'Nothing new to load.';
    case 'parked':
      return 'Loaded everything except the objects that cannot be read; these are parked.';
    case 'undecided':
      return 'The load is still running; the next load will find out how it ended.';
    case 'failed':
      return `The load failed: ${message ?? 'see the log above.'}`;
  }
}

function describeBatch(batch: unknown): string {
  if (!isObject(batch)) return 'the new data';
  const operations = Number(batch['new_ops']);
  const events = count(Number(batch['new_events']), 'event');
  return operations > 0 ? `${events} and ${count(operations, 'user operation')}` : events;
}

const count = (number: number, noun: string): string =>
  `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
