import { describe, expect, it } from 'vitest';
import type { Granularity } from '../../../src/query/series/model.ts';
import { addTo, floorTo } from '../../../src/query/time/buckets.ts';
import { tickIndexes, tickLabels, valueTicks } from '../../../src/web/chart/axis.ts';
import { searchNames } from '../../../src/web/parts/search-names.ts';
import {
  formatAge,
  formatAverage,
  formatAxis,
  formatBucket,
  formatCount,
  formatDays,
  formatInstant,
  formatShare,
  formatShort,
} from '../../../src/web/words/times.ts';
import { at } from '../../builders.ts';

describe('numbers', () => {
  it('have thousands separators, and digits where they matter', () => {
    expect([
      formatCount(69_659),
      formatAverage(3.44),
      formatAverage(141.4),
      formatShare(1, 8),
      formatShare(0, 0),
    ]).toEqual(['69,659', '3.4', '141', '12.5 %', '–']);
  });

  it('line up in a column of shares, and only nothing and all of it are whole', () => {
    const shares = [0, 1, 60, 400, 1_000].map((part) => formatShare(part, 10_000));

    expect(shares).toEqual(['0 %', '< 0.1 %', '0.6 %', '4.0 %', '10.0 %']);
    expect(formatShare(3, 3)).toBe('100 %');
  });

  it('of one axis have one form', () => {
    expect(formatAxis([0, 2_000, 8_000])).toEqual(['0', '2,000', '8,000']);
    expect(formatAxis([0, 2_000, 8_000, 10_000])).toEqual(['0', '2K', '8K', '10K']);
    expect(formatAxis([0, 500_000, 1_000_000, 1_500_000])).toEqual(['0', '500K', '1M', '1.5M']);
  });

  it('are shortened from ten thousand on', () => {
    expect([0, 9_999, 10_000, 1_250_000].map(formatShort)).toEqual(['0', '9,999', '10K', '1.3M']);
  });
});

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

describe('axes', () => {
  const starts = (from: string, granularity: Granularity, count: number): number[] =>
    Array.from({ length: count }, (_, index) => addTo(at(from), granularity, index));
  const labels = (from: string, granularity: Granularity, count: number, labelsMax: number) => {
    const all = starts(from, granularity, count);
    return tickLabels(
      tickIndexes(all, granularity, labelsMax).map((index) => all[index] ?? 0),
      granularity,
    );
  };

  it('has labels on round hours, with the day where it changes', () => {
    expect(labels('2026-11-21T07:00:00Z', 'hour', 24, 4)).toEqual(['12:00\n21 Nov', '18:00', '00:00\n22 Nov', '06:00']);
  });

  it('has days instead of hours when every label is midnight', () => {
    expect(labels('2026-11-16T00:00:00Z', 'hour', 72, 3)).toEqual(['16 Nov\n2026', '17 Nov', '18 Nov']);
  });

  it('has January among the months', () => {
    expect(labels('2025-11-01T00:00:00Z', 'month', 12, 4)).toEqual(['Jan\n2026', 'Apr', 'Jul', 'Oct']);
  });

  it.each([
    [0, [0, 1]],
    [3, [0, 1, 2, 3]],
    [202, [0, 50, 100, 150, 200, 250]],
    [1_453, [0, 500, 1_000, 1_500]],
  ])('begins at 0 and reaches %i in round steps', (max, expected) => {
    expect(valueTicks(max)).toEqual(expected);
  });
});

describe('searching names', () => {
  it('puts those that begin with the text first', () => {
    const items = ['item_view', 'View', 'buy'].map((name) => ({ name }));

    expect(searchNames(items, ' vi ').map(({ name }) => name)).toEqual(['View', 'item_view']);
    expect(searchNames(items, '')).toEqual(items);
  });
});
