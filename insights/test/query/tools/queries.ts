/** Random questions about the sample. */
import fc from 'fast-check';
import type { Attribute } from '../../../src/query/model/attribute.ts';
import { COMPARISONS, type Condition, type Filter } from '../../../src/query/model/filter.ts';
import type { Formula } from '../../../src/query/model/formula.ts';
import { type Measure, OF_NUMBERS, PER_USER } from '../../../src/query/model/measure.ts';
import {
  CHARTS,
  COMPARISONS_OF_PERIODS,
  DEFAULT_TREND,
  type Series,
  type TrendQuery,
} from '../../../src/query/model/trend.ts';
import { GRANULARITIES, type Period, WEEK_STARTS } from '../../../src/query/time/model.ts';
import { EVENT_NAMES, KEYS } from './sample.ts';

export const ZONES = [
  'UTC',
  'Europe/Paris',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Africa/Cairo',
  'Australia/Lord_Howe',
];

type Of = Attribute['of'];

export const attribute = (of: readonly Of[] = ['event', 'user']): fc.Arbitrary<Attribute> =>
  fc.record({
    of: fc.constantFrom(...of),
    path: fc.oneof(
      fc.constantFrom(...KEYS).map((key) => [key]),
      fc.constant(['cart', 'total']),
      fc.constant(['nowhere', 'to be', 'found']),
    ),
    asNumber: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
  });

const text = fc.constantFrom('DE', 'FR', 'de', '5', 'Ünicode 🍞', "'; DROP TABLE users; --", 'is', 'e', ':p1', '"');
const number = fc.constantFrom(-3, 0, 0.1, 5, 12.5, 1e6, 1e21);

function condition(of: readonly Of[]): fc.Arbitrary<Condition> {
  const any = attribute(of);
  const about = any.map((one) => ({ ...one, asNumber: false }));
  return fc.oneof(
    fc.record({
      kind: fc.constant('is' as const),
      attribute: about,
      values: fc.array(fc.oneof(text, fc.constant(''), number, fc.boolean()), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ kind: fc.constantFrom('contains' as const, 'starts_with' as const), attribute: about, text }),
    fc.record({
      kind: fc.constant('is' as const),
      attribute: any,
      values: fc.array(number, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('compare' as const), attribute: any, by: fc.constantFrom(...COMPARISONS), number }),
    fc.record({ kind: fc.constant('between' as const), attribute: any, from: number, to: number }),
    fc.record({ kind: fc.constant('is_set' as const), attribute: any }),
    fc.record({
      kind: fc.constant('did' as const),
      event: fc.constantFrom(...EVENT_NAMES),
      times: fc.integer({ min: 1, max: 9 }),
      days: fc.integer({ min: 1, max: 90 }),
    }),
  );
}

export const filter = (of: readonly Of[] = ['event', 'user']): fc.Arbitrary<Filter> =>
  fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3 },
      condition(of),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        parts: fc.array(tie('filter'), { minLength: 2, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), part: tie('filter') }),
    ),
  })).filter;

const measure: fc.Arbitrary<Measure> = fc.oneof(
  fc.constant({ kind: 'events' as const }),
  fc.constant({ kind: 'users' as const }),
  fc.record({ kind: fc.constant('per_user' as const), statistic: fc.constantFrom(...PER_USER) }),
  fc.record({
    kind: fc.constant('number' as const),
    statistic: fc.constantFrom(...OF_NUMBERS),
    attribute: attribute(),
  }),
  fc.record({ kind: fc.constant('distinct' as const), attribute: attribute() }),
);

const events: fc.Arbitrary<Series> = fc.record({
  subject: fc.record({
    kind: fc.constant('events' as const),
    name: fc.option(fc.constantFrom(...EVENT_NAMES), { nil: undefined }),
  }),
  measure,
  filter: fc.option(filter(), { nil: undefined, freq: 2 }),
});

const profiles: fc.Arbitrary<Series> = fc.oneof(
  fc.record({
    subject: fc.record({
      kind: fc.constant('profiles' as const),
      which: fc.constantFrom('all' as const, 'new' as const),
    }),
    measure: fc.constant({ kind: 'users' as const }),
    filter: fc.option(filter(['user']), { nil: undefined }),
  }),
  fc.record({
    subject: fc.constant({ kind: 'profiles' as const, which: 'new' as const }),
    measure: fc.record({
      kind: fc.constant('number' as const),
      statistic: fc.constantFrom(...OF_NUMBERS),
      attribute: attribute(['user']),
    }),
    filter: fc.option(filter(['user']), { nil: undefined }),
  }),
);

const period: fc.Arbitrary<Period> = fc.oneof(
  fc.constant({ kind: 'all' as const }),
  fc.constant({ kind: 'smart' as const }),
  fc
    .record({ count: fc.integer({ min: 1, max: 40 }), unit: fc.constantFrom(...GRANULARITIES) })
    .map((span) => ({ kind: 'last' as const, span })),
  fc
    .tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 60 }))
    .map(([first, days]) => ({ kind: 'custom' as const, from: day(first), to: day(first + days) })),
);
const day = (nth: number): string =>
  new Date(Date.parse('2025-10-10T00:00:00Z') + nth * 86_400_000).toISOString().slice(0, 10);

export const formula = (count: number): fc.Arbitrary<Formula> =>
  fc.letrec<{ formula: Formula }>((tie) => ({
    formula: fc.oneof(
      { maxDepth: 3 },
      fc.record({ kind: fc.constant('series' as const), index: fc.integer({ min: 0, max: count - 1 }) }),
      fc.record({ kind: fc.constant('number' as const), value: fc.constantFrom(0, 1, 100, 0.5) }),
      fc.record({ kind: fc.constant('negative' as const), of: tie('formula') }),
      fc.record({
        kind: fc.constant('operation' as const),
        by: fc.constantFrom('+' as const, '-' as const, '*' as const, '/' as const),
        left: tie('formula'),
        right: tie('formula'),
      }),
    ),
  })).formula;

export const trend: fc.Arbitrary<TrendQuery> = fc
  .tuple(fc.constantFrom(events, profiles), fc.integer({ min: 1, max: 3 }))
  .chain(([series, count]) => {
    const isOfEvents = series === events;
    const of: readonly Of[] = isOfEvents ? ['event', 'user'] : ['user'];
    return fc.record({
      kind: fc.constant('trend' as const),
      series: fc
        .array(series, { minLength: count, maxLength: count })
        .map((list): TrendQuery['series'] => list as unknown as TrendQuery['series']),
      filter: fc.option(filter(of), { nil: undefined, freq: 2 }),
      period,
      granularity: fc.constantFrom('auto' as const, ...GRANULARITIES),
      zone: fc.constantFrom(...ZONES),
      weekStart: fc.constantFrom(...WEEK_STARTS),
      breakdown: fc.option(fc.record({ attribute: attribute(of), top: fc.integer({ min: 1, max: 6 }) }), {
        nil: DEFAULT_TREND.breakdown,
        freq: 1,
      }),
      compare: fc.option(fc.constantFrom(...COMPARISONS_OF_PERIODS), { nil: undefined, freq: 2 }),
      formula: fc.option(formula(count), { nil: undefined, freq: 3 }),
      chart: fc.option(fc.constantFrom(...CHARTS), { nil: undefined }),
    });
  });
