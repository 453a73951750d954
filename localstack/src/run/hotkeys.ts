/** Keys of a terminal: one letter, one action, one at a time; what is pressed meanwhile is not done. */
import { messageOf } from '@dataloaf/core/errors';
import { readProcessStat } from '@dataloaf/core/process-identity';
import { isObject } from '@dataloaf/core/values/parsed';
import { type LoadAnswer, loadNow } from '../stack/load-now.ts';
import type { Stack } from '../stack/stack.ts';
import type { EndOfProcess } from './end-of-process.ts';
import { seedStack } from './seed-stack.ts';

interface Key {
  readonly key: string;
  /** In the list of keys. */
  readonly name: string;
  /** Said while it works. */
  readonly doing: string;
  /** Answers what to say when it is done. */
  readonly work: (stack: Stack) => Promise<string>;
}

const SEED_EVENTS = 1_000;
/** In raw mode the terminal hands Ctrl-C and Ctrl-D over as characters. */
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
    work: async ({ admin }) => `Flushed ${count(await admin.flush(), 'object')} to S3.`,
  },
  {
    key: 's',
    name: `seed ${SEED_EVENTS.toLocaleString('en')} events`,
    doing: 'Seeding',
    work: async (stack) =>
      `Seeded ${count(SEED_EVENTS, 'event')}. ${describeLoad(await seedStack(stack, SEED_EVENTS))}`,
  },
  {
    key: 'r',
    name: 'reset',
    doing: 'Resetting',
    work: async (stack) => {
      await stack.reset();
      return 'Reset: buckets and warehouse are empty, addresses and keys stay.';
    },
  },
];

/** Answers whether there is a terminal to listen to. */
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

/** Arrows and the like come as sequences that hold letters. */
const keysOf = (text: string): readonly string[] => (text.startsWith('\u001b') ? [] : [...text]);

/** A job in the background that changes the terminal's mode would be stopped by it. Told by Linux only. */
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
      return 'Loaded all but the objects that cannot be read: those are parked.';
    case 'undecided':
      return 'The load still runs; the next one settles it.';
    case 'failed':
      return `The load failed: ${message ?? 'its log is above.'}`;
  }
}

function describeBatch(batch: unknown): string {
  if (!isObject(batch)) return 'what was new';
  const operations = Number(batch['new_ops']);
  const events = count(Number(batch['new_events']), 'event');
  return operations > 0 ? `${events} and ${count(operations, 'user operation')}` : events;
}

const count = (number: number, noun: string): string =>
  `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
