import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addTo, fillBuckets, floorTo } from '../../../src/query/time/buckets.ts';
import { GRANULARITIES, type Granularity } from '../../../src/query/time/model.ts';
import { at } from '../../builders.ts';

const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);
const NOW = at('2026-11-22T06:30:00Z');

function fill(from: string, to: string, granularity: Granularity, values: Readonly<Record<string, number>> = {}) {
  return fillBuckets({
    range: { from: at(from), to: at(to) },
    granularity,
    values: new Map(Object.entries(values).map(([start, value]) => [at(start), value])),
    completeTo: at('2026-11-22T06:20:00Z'),
    now: NOW,
  });
}

describe('a bucket', () => {
  it.each<[Granularity, string, string]>([
    ['hour', '2026-11-22T06:00', '2026-11-22T07:00'],
    ['day', '2026-11-22T00:00', '2026-11-23T00:00'],
    ['week', '2026-11-16T00:00', '2026-11-23T00:00'],
    ['month', '2026-11-01T00:00', '2026-12-01T00:00'],
    ['year', '2026-01-01T00:00', '2027-01-01T00:00'],
  ])('by %s begins and ends on the calendar of UTC', (granularity, start, end) => {
    expect(iso(floorTo(NOW, granularity))).toBe(start);
    expect(iso(addTo(floorTo(NOW, granularity), granularity, 1))).toBe(end);
  });

  it('holds every instant exactly once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('0002-01-01T00:00:00Z'), max: at('9000-01-01T00:00:00Z') }),
        fc.constantFrom(...GRANULARITIES),
        (instant, granularity) => {
          const start = floorTo(instant, granularity);
          const next = addTo(start, granularity, 1);

          expect(start).toBeLessThanOrEqual(instant);
          expect(next).toBeGreaterThan(instant);
          expect(floorTo(next, granularity)).toBe(next);
          expect(addTo(next, granularity, -1)).toBe(start);
        },
      ),
      { seed: 20261122 },
    );
  });
});

describe('fillBuckets', () => {
  it('has a 0 where nothing happened', () => {
    const buckets = fill('2026-10-01T00:00:00Z', '2026-10-04T00:00:00Z', 'day', { '2026-10-02T00:00:00Z': 7 });

    expect(buckets.map(({ start, value }) => [iso(start), value])).toEqual([
      ['2026-10-01T00:00', 0],
      ['2026-10-02T00:00', 7],
      ['2026-10-03T00:00', 0],
    ]);
  });

  it('knows the 29th of February', () => {
    expect(fill('2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z', 'day')).toHaveLength(29);
  });

  it('marks what the range cuts', () => {
    const buckets = fill('2026-10-07T00:00:00Z', '2026-10-21T00:00:00Z', 'week');

    expect(buckets.map((bucket) => bucket.isComplete)).toEqual([false, true, false]);
  });

  it('marks what is not loaded yet', () => {
    const buckets = fill('2026-11-22T04:00:00Z', '2026-11-22T07:00:00Z', 'hour');

    expect(buckets.map((bucket) => bucket.isComplete)).toEqual([true, true, false]);
  });

  it('ends with now', () => {
    const buckets = fill('2026-11-22T05:00:00Z', '2026-11-23T00:00:00Z', 'hour');

    expect(buckets.map(({ start }) => iso(start))).toEqual(['2026-11-22T05:00', '2026-11-22T06:00']);
  });

  it('shows events that are ahead of now', () => {
    const values = { '2026-11-22T08:00:00Z': 1 };

    expect(fill('2026-11-22T06:00:00Z', '2026-11-23T00:00:00Z', 'hour', values).map(({ value }) => value)).toEqual([
      0, 0, 1,
    ]);
  });
});
