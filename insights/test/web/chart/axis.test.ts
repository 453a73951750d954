import { describe, expect, it } from 'vitest';
import { createCalendar } from '../../../src/query/time/calendar.ts';
import type { Granularity } from '../../../src/query/time/model.ts';
import { tickIndexes, tickLabels, valueTicks } from '../../../src/web/chart/axis.ts';
import { at } from '../../builders.ts';

const { addTo } = createCalendar('UTC', 'monday');

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
    [0, 0, [0, 1]],
    [0, 3, [0, 1, 2, 3]],
    [0, 202, [0, 50, 100, 150, 200, 250]],
    [0, 1_453, [0, 500, 1_000, 1_500]],
    [-30, 70, [-40, -20, 0, 20, 40, 60, 80]],
  ])('reach from %i to %i in round steps', (min, max, expected) => {
    expect(valueTicks({ min, max }, true)).toEqual(expected);
  });

  it('have steps below 1 where values are no counts', () => {
    expect(valueTicks({ min: 0, max: 0.3 }, false)).toEqual([0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]);
  });
});
