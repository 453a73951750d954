import { describe, expect, it } from 'vitest';
import { bucketsOf, partialBuckets } from '../../../src/query/time/buckets.ts';
import { createCalendar } from '../../../src/query/time/calendar.ts';
import type { Granularity } from '../../../src/query/time/model.ts';
import { at } from '../../builders.ts';

const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);
const calendar = createCalendar('UTC', 'monday');

function fill(from: string, to: string, granularity: Granularity, until = '2026-11-22T06:30:00Z') {
  const range = { from: at(from), to: at(to) };
  const buckets = bucketsOf({ range, granularity, calendar, until: at(until) });
  return { buckets, partial: partialBuckets(buckets, range, at('2026-11-22T06:20:00Z')) };
}

describe('the buckets of a range', () => {
  it('are all that it touches', () => {
    const { buckets } = fill('2024-02-28T06:00:00Z', '2024-03-01T00:00:00Z', 'day');

    expect(buckets.starts.map(iso)).toEqual(['2024-02-28T00:00', '2024-02-29T00:00']);
    expect(iso(buckets.end)).toBe('2024-03-01T00:00');
  });

  it('are partial where the range cuts them', () => {
    expect(fill('2026-10-07T00:00:00Z', '2026-10-21T00:00:00Z', 'week').partial).toEqual([0, 2]);
  });

  it('are partial where events may not be loaded yet', () => {
    expect(fill('2026-11-22T04:00:00Z', '2026-11-22T07:00:00Z', 'hour').partial).toEqual([2]);
  });

  it('end with now, or with the last event when clocks run ahead', () => {
    const startsUntil = (until: string) =>
      fill('2026-11-22T05:00:00Z', '2026-11-23T00:00:00Z', 'hour', until).buckets.starts.map(iso);

    expect(startsUntil('2026-11-22T06:30:00Z')).toEqual(['2026-11-22T05:00', '2026-11-22T06:00']);
    expect(startsUntil('2026-11-22T07:00:00Z')).toEqual(['2026-11-22T05:00', '2026-11-22T06:00', '2026-11-22T07:00']);
  });
});
