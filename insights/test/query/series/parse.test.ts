import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MEASURES, type SeriesQuery } from '../../../src/query/series/model.ts';
import { formatSeries, parseSeries } from '../../../src/query/series/parse.ts';
import { GRANULARITIES, type Period, SPANS } from '../../../src/query/time/model.ts';
import { aSeriesQuery } from '../../builders.ts';

const day = fc
  .date({ min: new Date('0001-01-01'), max: new Date('9998-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

const period: fc.Arbitrary<Period> = fc.oneof(
  fc.constant<Period>({ kind: 'smart' }),
  fc.constant<Period>({ kind: 'all' }),
  fc.constantFrom(...SPANS).map((span): Period => ({ kind: 'last', span })),
  fc.tuple(day, day).map(([a, b]): Period => ({ kind: 'custom', from: a < b ? a : b, to: a < b ? b : a })),
);

const name = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .filter((text) => !text.includes('\0') && Buffer.byteLength(text) <= 256);

const query: fc.Arbitrary<SeriesQuery> = fc.record({
  kind: fc.constant('series' as const),
  event: fc.option(name, { nil: undefined }),
  period,
  granularity: fc.constantFrom('auto' as const, ...GRANULARITIES),
  measure: fc.constantFrom(...MEASURES),
});

describe('the URL of a series', () => {
  it('parses back to the same query, whatever was asked', () => {
    fc.assert(
      fc.property(query, (asked) => {
        expect(parseSeries(formatSeries(asked))).toEqual({ ok: true, value: asked });
      }),
      { seed: 20261122, numRuns: 500 },
    );
  });

  it('is empty for the default', () => {
    expect(formatSeries(aSeriesQuery())).toBe('');
  });

  it('is readable enough to write by hand', () => {
    const asked = aSeriesQuery({
      event: 'item bought',
      period: { kind: 'custom', from: '2021-01-03', to: '2021-03-09' },
      granularity: 'week',
      measure: 'users',
    });

    expect(formatSeries(asked)).toBe('event=item+bought&period=2021-01-03..2021-03-09&by=week&measure=users');
  });

  it('may begin with a question mark', () => {
    expect(parseSeries('?period=7d')).toEqual({
      ok: true,
      value: aSeriesQuery({ period: { kind: 'last', span: '7d' } }),
    });
  });
});

describe('an invalid query string', () => {
  it.each([
    ['perod=7d', 'Expected only the keys event, period, by, measure, got "perod".'],
    ['period=7d&period=30d', 'Expected "period" once, got it more than once.'],
    ['event=', 'Expected an event name after "event=", got nothing. Omit "event" to count all events.'],
    [`event=${'ü'.repeat(129)}`, 'Expected an event name of at most 256 bytes.'],
    ['event=a%00b', 'Expected an event name without NUL.'],
    ['by=minute', 'Expected "by" to be one of hour, day, week, month, year.'],
    ['measure=sum', 'Expected "measure" to be one of events, users.'],
    ['period=2026-02-30..2026-03-01', /^Expected "period" to be one of/],
    ['period=2026-01-01', /^Expected "period" to be one of/],
    ['period=2026-01-02..2026-01-01', 'Expected the first day of "period" to be on or before the last day.'],
    [`event=${'a'.repeat(3_000)}`, 'Expected a query string of at most 2048 characters.'],
  ])('%s is refused with a reason', (search, reason) => {
    expect(parseSeries(search)).toEqual({
      ok: false,
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    });
  });
});
