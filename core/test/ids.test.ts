import { createIdGenerator, isUuid } from '@dataloaf/core/ids';
import { expect, it } from 'vitest';

it('makes UUIDs of version 7 that name their millisecond', () => {
  const ids = createIdGenerator();

  const id = ids.next(Date.parse('2026-11-22T06:16:03.123Z'));

  expect(isUuid(id)).toBe(true);
  expect(id[14]).toBe('7');
  expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(Date.parse('2026-11-22T06:16:03.123Z'));
});

it('never goes back, whatever the clock does', () => {
  const ids = createIdGenerator();
  const clock = [5_000, 5_000, 4_000, 1, 5_001, 5_000, ...Array.from({ length: 10_000 }, () => 5_001)];

  const made = clock.map((nowMs) => ids.next(nowMs));

  expect(made).toEqual([...made].sort());
  expect(new Set(made).size).toBe(made.length);
});
