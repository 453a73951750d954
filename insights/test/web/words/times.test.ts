import { describe, expect, it } from 'vitest';
import { createCalendar } from '../../../src/query/time/calendar.ts';
import type { Granularity } from '../../../src/query/time/model.ts';
import { formatAge, formatBucket, formatDays, formatInstant } from '../../../src/web/words/times.ts';
import { at } from '../../builders.ts';

const { floorTo } = createCalendar('UTC', 'monday');

describe('times', () => {
  it.each<[Granularity, string]>([
    ['hour', 'Mon, 16 Nov 2026, 06:00'],
    ['day', 'Mon, 16 Nov 2026'],
    ['week', '16 – 22 Nov 2026'],
    ['month', 'Nov 2026'],
    ['year', '2026'],
  ])('name a bucket by %s', (granularity, expected) => {
    expect(formatBucket(floorTo(at('2026-11-16T06:30:00Z'), granularity), granularity)).toBe(expected);
  });

  it('tell a range by its first and last day', () => {
    const from = at('2020-12-28T00:00:00Z');

    expect(formatDays(from, at('2021-01-04T00:00:00Z'))).toBe('28 Dec 2020 – 3 Jan 2021');
    expect(formatDays(from, at('2020-12-29T00:00:00Z'))).toBe('28 Dec 2020');
    expect(formatInstant(from)).toBe('28 Dec 2020, 00:00:00 UTC');
  });

  it.each([
    [0, 'just now'],
    [42_000, '42 s ago'],
    [180_000, '3 min ago'],
    [7_200_000, '2 h ago'],
    [259_200_000, '3 days ago'],
  ])('%i ms ago is %s', (ms, expected) => {
    expect(formatAge(ms)).toBe(expected);
  });
});
