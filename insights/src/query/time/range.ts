/**
 * From a chosen period to the range that it means now. The range depends on the period alone, so the total is the same for
 * every granularity; `buckets.ts` marks the buckets that the edges of the range cut off.
 */
import { BUCKETS_MAX } from '../limits.ts';
import { addTo, floorTo } from './buckets.ts';
import { GRANULARITIES, type Granularity, type Period, type Range, type Span } from './model.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface Moment {
  /** UTC milliseconds. */
  readonly now: number;
  /** Where there are events; undefined when there are none. */
  readonly extent: Range | undefined;
}

interface Settled {
  readonly range: Range;
  readonly granularity: Granularity;
}

/** What a smart period means now. Every other period is returned unchanged. */
export function settlePeriod(period: Period, moment: Moment): Period {
  if (period.kind !== 'smart') return period;
  const recent = spanRange('30d', moment.now);
  const { extent } = moment;
  // Without any event, the shorter axis makes the better picture.
  const isRecent = extent === undefined || (extent.to > recent.from && extent.from < recent.to);
  return isRecent ? { kind: 'last', span: '30d' } : { kind: 'all' };
}

function rangeOf(period: Period, moment: Moment): Range {
  const settled = settlePeriod(period, moment);
  switch (settled.kind) {
    case 'smart':
    case 'all':
      return moment.extent ?? spanRange('30d', moment.now);
    case 'last':
      return spanRange(settled.span, moment.now);
    case 'custom':
      return { from: Date.parse(`${settled.from}T00:00:00Z`), to: Date.parse(`${settled.to}T00:00:00Z`) + DAY_MS };
  }
}

const SPAN_SHAPES = {
  '24h': { unit: 'hour', count: 24 },
  '7d': { unit: 'day', count: 7 },
  '30d': { unit: 'day', count: 30 },
  '12m': { unit: 'month', count: 12 },
} as const satisfies Record<Span, { readonly unit: Granularity; readonly count: number }>;

/** Ends at the end of the current unit. An end of "now" would change the statement each time, and nothing could be cached. */
function spanRange(span: Span, now: number): Range {
  const { unit, count } = SPAN_SHAPES[span];
  const current = floorTo(now, unit);
  return { from: addTo(current, unit, 1 - count), to: addTo(current, unit, 1) };
}

/**
 * The range to query. "All time" is widened to whole buckets, which adds nothing because there are no events beyond its
 * edges; any other period is queried exactly.
 */
export function settleRange(period: Period, moment: Moment, wanted: Granularity | 'auto'): Settled {
  const range = rangeOf(period, moment);
  const granularity = granularityOf(range, wanted);
  if (settlePeriod(period, moment).kind !== 'all') return { range, granularity };
  const last = floorTo(range.to - 1, granularity);
  return { range: { from: floorTo(range.from, granularity), to: addTo(last, granularity, 1) }, granularity };
}

/** About 20 to 100 bars: enough to show a shape, and few enough to tell apart on a phone. */
const AUTO_STEPS = [
  { upTo: 3 * DAY_MS, granularity: 'hour' },
  { upTo: 93 * DAY_MS, granularity: 'day' },
  { upTo: 400 * DAY_MS, granularity: 'week' },
  { upTo: 3_700 * DAY_MS, granularity: 'month' },
] as const;

/** The wanted granularity, or the next coarser one that stays within `BUCKETS_MAX`. */
function granularityOf(range: Range, wanted: Granularity | 'auto'): Granularity {
  const length = range.to - range.from;
  if (wanted === 'auto') return AUTO_STEPS.find((step) => length <= step.upTo)?.granularity ?? 'year';
  return GRANULARITIES.slice(GRANULARITIES.indexOf(wanted)).find((coarser) => isFine(range, coarser)) ?? 'year';
}

/** Whether the range has few enough buckets of this size. Assumes that all are as short as the shortest one, to be safe. */
export function isFine(range: Range, granularity: Granularity): boolean {
  return (range.to - range.from) / SHORTEST_MS[granularity] + 2 <= BUCKETS_MAX;
}

const SHORTEST_MS: Readonly<Record<Granularity, number>> = {
  hour: HOUR_MS,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 28 * DAY_MS,
  year: 365 * DAY_MS,
};
