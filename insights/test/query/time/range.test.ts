import { describe, expect, it } from 'vitest';
import { createCalendar } from '../../../src/query/time/calendar.ts';
import type { Granularity, Period } from '../../../src/query/time/model.ts';
import { previousRange, settlePeriod, settleRange, yearBefore } from '../../../src/query/time/range.ts';
import { at } from '../../builders.ts';

const now = at('2026-11-22T06:30:00Z');
const old = { from: at('2015-05-17T10:00:00Z'), to: at('2015-05-20T21:15:00Z') };
const fresh = { from: at('2021-01-01T00:00:00Z'), to: at('2026-11-22T06:30:00Z') };

const calendar = createCalendar('UTC', 'monday');
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 16);
const last = (count: number, unit: Granularity): Period => ({ kind: 'last', span: { count, unit } });

function settle(period: Period, wanted: Granularity | 'auto' = 'auto', extent = fresh) {
  const { range, granularity } = settleRange(
    period,
    { now, extent, calendar },
    { granularity: wanted, bucketsMax: 5_000 },
  );
  return `${iso(range.from)} ${iso(range.to)} ${granularity}`;
}

describe('a period', () => {
  it.each<[Period, string]>([
    [last(24, 'hour'), '2026-11-21T07:00 2026-11-22T07:00 hour'],
    [last(7, 'day'), '2026-11-16T00:00 2026-11-23T00:00 day'],
    [last(30, 'day'), '2026-10-24T00:00 2026-11-23T00:00 day'],
    [last(12, 'month'), '2025-12-01T00:00 2026-12-01T00:00 week'],
    [{ kind: 'all' }, '2021-01-01T00:00 2026-12-01T00:00 month'],
    [{ kind: 'custom', from: '2026-02-01', to: '2026-02-28' }, '2026-02-01T00:00 2026-03-01T00:00 day'],
  ])('%o is %s', (period, expected) => {
    expect(settle(period)).toBe(expected);
  });

  it('is not changed by the granularity, so the total stays', () => {
    expect(settle(last(30, 'day'), 'month')).toBe('2026-10-24T00:00 2026-11-23T00:00 month');
  });

  it('of all time is asked in whole buckets', () => {
    expect(settle({ kind: 'all' }, 'auto', old)).toBe('2015-05-17T00:00 2015-05-21T00:00 day');
    expect(settle({ kind: 'all' }, 'hour', old)).toBe('2015-05-17T10:00 2015-05-20T22:00 hour');
  });

  it('is cut no finer than the page can draw', () => {
    expect(settle({ kind: 'all' }, 'hour')).toMatch(/day$/);
    expect(settle({ kind: 'custom', from: '0001-01-01', to: '2026-01-01' }, 'hour')).toMatch(/year$/);
  });
});

describe('when no period is chosen', () => {
  it('shows the last 30 days when they hold events', () => {
    expect(settlePeriod({ kind: 'smart' }, { now, extent: fresh, calendar })).toEqual(last(30, 'day'));
  });

  it('shows all time when the data is old', () => {
    expect(settlePeriod({ kind: 'smart' }, { now, extent: old, calendar })).toEqual({ kind: 'all' });
  });

  it('shows the last 30 days when there is no event at all', () => {
    expect(settlePeriod({ kind: 'smart' }, { now, extent: undefined, calendar })).toEqual(last(30, 'day'));
  });
});

describe('the range to compare with', () => {
  const before = (period: Period, zone = 'UTC') => {
    const inZone = createCalendar(zone, 'monday');
    const { range } = settleRange(
      period,
      { now, extent: fresh, calendar: inZone },
      { granularity: 'auto', bucketsMax: 5_000 },
    );
    const compared = { previous: previousRange(period, range, inZone), year: yearBefore(range, inZone) };
    return Object.values(compared).map((one) => (one === undefined ? 'none' : `${iso(one.from)} ${iso(one.to)}`));
  };

  it.each<[Period, string, string, string]>([
    [last(7, 'day'), 'UTC', '2026-11-09T00:00 2026-11-16T00:00', '2025-11-16T00:00 2025-11-23T00:00'],
    [last(2, 'month'), 'UTC', '2026-08-01T00:00 2026-10-01T00:00', '2025-10-01T00:00 2025-12-01T00:00'],
    [
      { kind: 'custom', from: '2024-02-29', to: '2024-03-01' },
      'UTC',
      '2024-02-27T00:00 2024-02-29T00:00',
      '2023-02-28T00:00 2023-03-02T00:00',
    ],
    // Clocks changed on 29 March: the week before begins an hour later in UTC.
    [
      { kind: 'custom', from: '2026-03-30', to: '2026-04-05' },
      'Europe/Paris',
      '2026-03-22T23:00 2026-03-29T22:00',
      '2025-03-29T23:00 2025-04-05T22:00',
    ],
  ])('%o in %s is as many days or months before it, or a year', (period, zone, previous, year) => {
    expect(before(period, zone)).toEqual([previous, year]);
  });

  it('does not exist before all time', () => {
    expect(before({ kind: 'all' })[0]).toBe('none');
  });
});
