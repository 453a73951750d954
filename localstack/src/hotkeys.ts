/** Keys of a terminal: one letter, one action, one at a time. */
import { readFileSync } from 'node:fs';
import { messageOf } from '@dataloaf/core/errors';
import { isObject } from '@dataloaf/core/parsed';
import type { EndOfProcess } from './end-of-process.ts';
import { type LoadAnswer, loadNow } from './load-now.ts';
import { seedStack } from './seed-stack.ts';
import type { Stack } from './stack.ts';

const SEED_EVENTS = 1_000;

interface Key {
  readonly key: string;
  /** In the list of keys. */
  readonly name: string;
  /** Said while it works. */
  readonly doing: string;
  /** Answers what to say when it is done. */
  readonly work: (stack: Stack) => Promise<string>;
}

export const KEYS: readonly Pick<Key, 'key' | 'name'>[] = [
  { key: 'l', name: 'load now' },
  { key: 'f', name: 'flush' },
  { key: 's', name: `seed ${SEED_EVENTS.toLocaleString('en')} events` },
  { key: 'r', name: 'reset' },
  { key: 'q', name: 'quit' },
];
