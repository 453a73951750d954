import { ITEM_BYTES_MAX } from '@dataloaf/core/limits';
import { describe, expect, it } from 'vitest';
import {
  diskOverflow,
  hasRoom,
  type JournalLimits,
  type JournalUse,
  memoryOverflow,
} from '../../src/journal/backpressure.ts';

const MB = 2 ** 20;

const someLimits = (changes: Partial<JournalLimits> = {}): JournalLimits => ({
  maxMemoryBytes: 32 * MB,
  maxDiskBytes: 100 * MB,
  segmentBytes: 8 * MB,
  overflow: 'drop-newest',
  ...changes,
});

const someUse = (changes: Partial<JournalUse> = {}): JournalUse => ({
  mode: 'disk',
  memoryBytes: 0,
  diskBytes: 0,
  waitingBytes: 0,
  ...changes,
});

describe('backpressure', () => {
  it.each([
    ['an empty journal', someUse(), true],
    ['full memory, because written items leave it', someUse({ memoryBytes: 32 * MB }), true],
    ['less than an eighth of the memory waiting for its write', someUse({ waitingBytes: 4 * MB - 1 }), true],
    ['an eighth of the memory waiting for its write', someUse({ waitingBytes: 4 * MB }), false],
    ['a disk with more than one segment free', someUse({ diskBytes: 92 * MB - 1 }), true],
    ['a disk with one segment free', someUse({ diskBytes: 92 * MB }), false],
    ['a disk with one segment free after the waiting write', someUse({ diskBytes: 91 * MB, waitingBytes: MB }), false],
    ['a full disk, in memory mode', someUse({ mode: 'memory', diskBytes: 100 * MB }), true],
    ['half of the memory in use, in memory mode', someUse({ mode: 'memory', memoryBytes: 16 * MB }), false],
  ])('decides whether the journal is writable with %s', (_, use, isWritable) => {
    expect(hasRoom(use, someLimits())).toBe(isWritable);
  });

  it('keeps room for the largest item when segments are smaller', () => {
    const limits = someLimits({ segmentBytes: 1_024 });

    expect(hasRoom(someUse({ diskBytes: 100 * MB - ITEM_BYTES_MAX }), limits)).toBe(false);
    expect(hasRoom(someUse({ diskBytes: 100 * MB - ITEM_BYTES_MAX - 1_024 }), limits)).toBe(true);
  });

  it.each([
    ['drop-newest', 100 * MB, 'fits'],
    ['drop-newest', 100 * MB + 1, 'newest'],
    ['drop-oldest', 100 * MB, 'fits'],
    ['drop-oldest', 100 * MB + 1, 'oldest'],
    ['drop-oldest', 108 * MB, 'oldest'],
    ['drop-oldest', 108 * MB + 1, 'both'],
  ] as const)('chooses what a full disk drops: %s, %i bytes: %s', (overflow, bytes, dropped) => {
    expect(diskOverflow(bytes, someLimits({ overflow }))).toBe(dropped);
  });

  it.each([
    ['drop-newest', 32 * MB, 'fits'],
    ['drop-newest', 32 * MB + 1, 'newest'],
    ['drop-oldest', 32 * MB, 'fits'],
    ['drop-oldest', 32 * MB + 1, 'oldest'],
  ] as const)('chooses what a full memory drops: %s, %i bytes: %s', (overflow, bytes, dropped) => {
    expect(memoryOverflow(bytes, someLimits({ overflow }))).toBe(dropped);
  });
});
