import { describe, expect, it } from 'vitest';
import type { Granularity, Period } from '../../../src/query/time/model.ts';
import { settlePeriod, settleRange } from '../../../src/query/time/range.ts';
import { at } from '../../builders.ts';

const now = at('2026-11-22T06:30:00Z');
const old = { from: at('2015-05-17T10:00:00Z'), to: at('2015-05-20T21:15:00Z') };
const fresh = { from: at('2021-01-01T00:00:00Z'), to: at('2026-11-22T06:30:00Z') };

function settle(period: Period, wanted: Granularity | 'auto' = 'auto', extent = fresh) {
  const { range, granularity } = settleRange(period, { now, extent }, wanted);
  return `${new Date(range.from).toISOString().slice(0, 16)} ${new Date(range.to).toISOString().slice(0, 16)} ${granularity}`;
}

describe('a period', () => {
  it.each<[Period, string]>([
    [{ kind: 'last', span: '24h' }, '2026-11-21T07:00 2026-11-22T07:00 hour'],
    [{ kind: 'last', span: '7d' }, '2026-11-16T00:00 2026-11-23T00:00 day'],
    [{ kind: 'last', span: '30d' }, '2026-10-24T00:00 2026-11-23T00:00 day'],
    [{ kind: 'last', span: '12m' }, '2025-12-01T00:00 2026-12-01T00:00 week'],
    [{ kind: 'all' }, '2021-01-01T00:00 2026-12-01T00:00 month'],
    [{ kind: 'custom', from: '2026-02-01', to: '2026-02-28' }, '2026-02-01T00:00 2026-03-01T00:00 day'],
  ])('%o is %s', (period, expected) => {
    expect(settle(period)).toBe(expected);
  });

  it('is not changed by the granularity, so the total stays', () => {
    expect(settle({ kind: 'last', span: '30d' }, 'month')).toBe('2026-10-24T00:00 2026-11-23T00:00 month');
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
    expect(settlePeriod({ kind: 'smart' }, { now, extent: fresh })).toEqual({ kind: 'last', span: '30d' });
  });

  it('shows all time when the data is old', () => {
    expect(settlePeriod({ kind: 'smart' }, { now, extent: old })).toEqual({ kind: 'all' });
  });

  it('shows the last 30 days when there is no event at all', () => {
    expect(settlePeriod({ kind: 'smart' }, { now, extent: undefined })).toEqual({ kind: 'last', span: '30d' });
  });
});
