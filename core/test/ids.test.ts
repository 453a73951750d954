import { createIdGenerator, isUuid } from '@dataloaf/core/ids';
import { expect, it } from 'vitest';

const START_MS = Date.parse('2026-11-22T06:16:03.123Z');

it('makes UUIDs of version 7 that name their millisecond', () => {
  const ids = createIdGenerator();

  const made = Array.from({ length: 5_000 }, (_, index) => ids.next(START_MS + index));

  for (const [index, id] of made.entries()) {
    expect(isUuid(id)).toBe(true);
    expect(id[14]).toBe('7');
    expect('89ab').toContain(id[19]);
    expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(START_MS + index);
  }
});

it('never goes back, whatever the clock does', () => {
  const ids = createIdGenerator();
  const clock = [5_000, 5_000, 4_000, 1, 5_001, 5_000, ...Array.from({ length: 10_000 }, () => 5_001)];

  const made = clock.map((nowMs) => ids.next(nowMs));

  expect(made).toEqual([...made].sort());
  expect(new Set(made).size).toBe(made.length);
});

it('starts every millisecond somewhere else, in every process', () => {
  const generators = Array.from({ length: 50 }, createIdGenerator);

  const made = generators.flatMap((ids) => Array.from({ length: 50 }, (_, ms) => ids.next(START_MS + ms)));

  expect(new Set(made.map((id) => id.slice(14))).size).toBe(made.length);
});
