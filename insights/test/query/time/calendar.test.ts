import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCalendar } from '../../../src/query/time/calendar.ts';
import { GRANULARITIES, type Granularity } from '../../../src/query/time/model.ts';
import { isZone, offsetsIn } from '../../../src/query/time/offsets.ts';
import { at } from '../../builders.ts';
import { ZONES } from '../tools/queries.ts';

const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);
const calendarOf = (zone: string) => createCalendar(zone, 'monday');
/** The starts of the buckets from one instant to another. */
function starts(zone: string, granularity: Granularity, from: string, to: string): readonly string[] {
  const calendar = calendarOf(zone);
  const found: string[] = [];
  for (let start = calendar.floorTo(at(from), granularity); start < at(to); ) {
    found.push(iso(start));
    start = calendar.addTo(start, granularity, 1);
  }
  return found;
}

describe('a bucket', () => {
  it.each<[Granularity, string, string]>([
    ['hour', '2026-11-22T06:00', '2026-11-22T07:00'],
    ['day', '2026-11-22T00:00', '2026-11-23T00:00'],
    ['week', '2026-11-16T00:00', '2026-11-23T00:00'],
    ['month', '2026-11-01T00:00', '2026-12-01T00:00'],
    ['year', '2026-01-01T00:00', '2027-01-01T00:00'],
  ])('by %s begins and ends on the calendar of UTC', (granularity, start, end) => {
    const { floorTo, addTo } = calendarOf('UTC');
    const now = at('2026-11-22T06:30:00Z');

    expect([iso(floorTo(now, granularity)), iso(addTo(now, granularity, 1))]).toEqual([start, end]);
  });

  it('by week may begin on Sunday', () => {
    const { floorTo } = createCalendar('UTC', 'sunday');

    expect(iso(floorTo(at('2026-11-22T06:30:00Z'), 'week'))).toBe('2026-11-22T00:00');
    expect(iso(floorTo(at('2026-11-21T06:30:00Z'), 'week'))).toBe('2026-11-15T00:00');
  });

  it('holds every instant exactly once, in every zone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: at('1970-01-02T00:00:00Z'), max: at('2200-01-01T00:00:00Z') }),
        fc.constantFrom(...GRANULARITIES),
        (zone, instant, granularity) => {
          const { floorTo, addTo } = calendarOf(zone);
          const start = floorTo(instant, granularity);
          const next = addTo(start, granularity, 1);

          expect(start).toBeLessThanOrEqual(instant);
          expect(next).toBeGreaterThan(instant);
          expect(floorTo(next, granularity)).toBe(next);
          expect(addTo(next, granularity, -1)).toBe(start);
        },
      ),
      { seed: 20261122, numRuns: 300 },
    );
  });
});

describe('where clocks change', () => {
  it.each<[string, string, string, string, readonly string[]]>([
    // The day of 23 hours begins an hour later than the day before ended in winter, and ends an hour earlier.
    [
      'Europe/Paris',
      'day',
      '2026-03-28T12:00:00Z',
      '2026-03-30T12:00:00Z',
      ['2026-03-27T23:00', '2026-03-28T23:00', '2026-03-29T22:00'],
    ],
    [
      'America/New_York',
      'hour',
      '2026-03-08T06:00:00Z',
      '2026-03-08T09:00:00Z',
      ['2026-03-08T06:00', '2026-03-08T07:00', '2026-03-08T08:00'],
    ],
    // Both hours that are called 1 AM.
    [
      'America/New_York',
      'hour',
      '2026-11-01T05:00:00Z',
      '2026-11-01T07:00:00Z',
      ['2026-11-01T05:00', '2026-11-01T06:00'],
    ],
    ['Asia/Kolkata', 'day', '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', ['2025-12-31T18:30', '2026-01-01T18:30']],
    [
      'Asia/Kathmandu',
      'hour',
      '2026-01-01T00:00:00Z',
      '2026-01-01T02:00:00Z',
      ['2025-12-31T23:15', '2026-01-01T00:15', '2026-01-01T01:15'],
    ],
    // Midnight does not exist: clocks go from 23:59 to 01:00.
    [
      'Africa/Cairo',
      'day',
      '2026-04-23T12:00:00Z',
      '2026-04-24T22:00:00Z',
      ['2026-04-22T22:00', '2026-04-23T22:00', '2026-04-24T21:00'],
    ],
    // Half an hour forward: the hour from 2:30 on has thirty minutes.
    [
      'Australia/Lord_Howe',
      'hour',
      '2026-10-03T14:30:00Z',
      '2026-10-03T17:00:00Z',
      ['2026-10-03T14:30', '2026-10-03T15:30', '2026-10-03T16:00'],
    ],
    // Half an hour back: 1:30 to 2:00 comes twice.
    [
      'Australia/Lord_Howe',
      'hour',
      '2026-04-04T14:00:00Z',
      '2026-04-04T16:00:00Z',
      ['2026-04-04T14:00', '2026-04-04T15:00', '2026-04-04T15:30'],
    ],
    // Samoa had no 30th of December in 2011.
    [
      'Pacific/Apia',
      'day',
      '2011-12-29T12:00:00Z',
      '2011-12-31T12:00:00Z',
      ['2011-12-29T10:00', '2011-12-30T10:00', '2011-12-31T10:00'],
    ],
  ])('the buckets of %s by %s from %s to %s are whole', (zone, granularity, from, to, expected) => {
    expect(starts(zone, granularity as Granularity, from, to)).toEqual(expected);
  });

  it('an offset is found to the second', () => {
    expect(offsetsIn('Europe/Paris', at('2026-03-01T00:00:00Z'), at('2026-04-01T00:00:00Z'))).toEqual([
      { from: at('2026-03-01T00:00:00Z'), to: at('2026-03-29T01:00:00Z'), offset: 3_600_000 },
      { from: at('2026-03-29T01:00:00Z'), to: at('2026-04-01T00:00:00Z'), offset: 7_200_000 },
    ]);
  });
});

describe('a zone', () => {
  it.each(['UTC', 'Europe/Paris', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])('%s is known', (name) => {
    expect(isZone(name)).toBe(true);
  });

  it.each(['', 'Europe/Nowhere', '+05:30', "UTC' OR 1=1", 'x'.repeat(100)])('%s is not', (name) => {
    expect(isZone(name)).toBe(false);
  });
});

it('the offsets of many years are those of the zone, without a gap', () => {
  const range = { from: at('1971-06-01T00:00:00Z'), to: at('2031-06-01T00:00:00Z') };
  const offsets = createCalendar('America/New_York', 'monday').offsetsIn(range);

  expect(offsets.map(({ from, offset }) => [iso(from), offset])).toEqual(
    offsetsIn('America/New_York', range.from - 3 * 86_400_000, range.to + 3 * 86_400_000).map(({ from, offset }) => [
      iso(from),
      offset,
    ]),
  );
  for (const [index, { from }] of offsets.entries()) if (index > 0) expect(offsets[index - 1]?.to).toBe(from);
});
