/**
 * From a chosen period to the range that it means now. The range depends on the period and the zone alone, so the total is
 * the same for every granularity; `buckets.ts` marks the buckets that the edges of the range cut off.
 */
import type { Calendar } from './calendar.ts';
import {
  GRANULARITIES,
  type Granularity,
  LAST_30_DAYS,
  type Period,
  type Range,
  type SettledPeriod,
  type Span,
} from './model.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export interface Moment {
  /** UTC milliseconds. */
  readonly now: number;
  /** Where there are events; undefined when there are none. */
  readonly extent: Range | undefined;
  readonly calendar: Calendar;
}

export interface Wanted {
  readonly granularity: Granularity | 'auto';
  readonly bucketsMax: number;
}

interface Settled {
  readonly range: Range;
  readonly granularity: Granularity;
}

/** What a smart period means now. Every other period is returned unchanged. */
export function settlePeriod(period: Period, moment: Moment): SettledPeriod {
  if (period.kind !== 'smart') return period;
  const recent = spanRange(LAST_30_DAYS, moment);
  const { extent } = moment;
  // Without any event, the shorter axis makes the better picture.
  const isRecent = extent === undefined || (extent.to > recent.from && extent.from < recent.to);
  return isRecent ? { kind: 'last', span: LAST_30_DAYS } : { kind: 'all' };
}

/**
 * The range to query. "All time" is widened to whole buckets, which adds nothing because there are no events beyond its
 * edges; any other period is queried exactly.
 */
export function settleRange(period: Period, moment: Moment, { granularity: wanted, bucketsMax }: Wanted): Settled {
  const settled = settlePeriod(period, moment);
  const range = rangeOf(settled, moment);
  const granularity = granularityOf(range, wanted, bucketsMax);
  if (settled.kind !== 'all') return { range, granularity };
  const { floorTo, addTo } = moment.calendar;
  return {
    range: { from: floorTo(range.from, granularity), to: addTo(range.to - 1, granularity, 1) },
    granularity,
  };
}

function rangeOf(period: SettledPeriod, moment: Moment): Range {
  switch (period.kind) {
    case 'all':
      return moment.extent ?? spanRange(LAST_30_DAYS, moment);
    case 'last':
      return spanRange(period.span, moment);
    case 'custom': {
      const { instantOf } = moment.calendar;
      return { from: instantOf(localDay(period.from)), to: instantOf(localDay(period.to) + DAY_MS) };
    }
  }
}

const localDay = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** Ends at the end of the current unit. An end of "now" would change the statement each time, and nothing could be cached. */
function spanRange({ unit, count }: Span, { calendar, now }: Moment): Range {
  return { from: calendar.addTo(now, unit, 1 - count), to: calendar.addTo(now, unit, 1) };
}

/** The range before this one, of the same length: of as many units, or of as many days. */
export function previousRange(period: Period, range: Range, calendar: Calendar): Range | undefined {
  if (period.kind === 'last') {
    const { unit, count } = period.span;
    return { from: calendar.addTo(range.from, unit, -count), to: range.from };
  }
  if (period.kind !== 'custom') return undefined;
  const days = Math.round((calendar.localOf(range.to) - calendar.localOf(range.from)) / DAY_MS);
  return { from: calendar.addTo(range.from, 'day', -days), to: range.from };
}

/** The same dates and times a year before. The 29th of February becomes the 28th. */
export function yearBefore(range: Range, calendar: Calendar): Range {
  const back = (ms: number): number => {
    const at = new Date(calendar.localOf(ms));
    const [month, day] = [at.getUTCMonth(), at.getUTCDate()];
    at.setUTCFullYear(at.getUTCFullYear() - 1, month, month === 1 ? Math.min(day, 28) : day);
    return calendar.instantOf(at.getTime());
  };
  return { from: back(range.from), to: back(range.to) };
}

/** About 20 to 100 bars: enough to show a shape, and few enough to tell apart on a phone. */
const AUTO_STEPS = [
  { upTo: 3 * DAY_MS, granularity: 'hour' },
  { upTo: 93 * DAY_MS, granularity: 'day' },
  { upTo: 400 * DAY_MS, granularity: 'week' },
  { upTo: 3_700 * DAY_MS, granularity: 'month' },
] as const;

/** The wanted granularity, or the next coarser one that has at most so many buckets. */
function granularityOf(range: Range, wanted: Granularity | 'auto', bucketsMax: number): Granularity {
  const length = range.to - range.from;
  if (wanted === 'auto') return AUTO_STEPS.find((step) => length <= step.upTo)?.granularity ?? 'year';
  const coarser = GRANULARITIES.slice(GRANULARITIES.indexOf(wanted));
  return coarser.find((granularity) => isFine(range, granularity, bucketsMax)) ?? 'year';
}

/** Whether the range has few enough buckets of this size. Assumes that all are as short as the shortest one, to be safe. */
export function isFine(range: Range, granularity: Granularity, bucketsMax: number): boolean {
  return (range.to - range.from) / SHORTEST_MS[granularity] + 2 <= bucketsMax;
}

/** Half an hour less where clocks are changed. */
const SHORTEST_MS: Readonly<Record<Granularity, number>> = {
  hour: HOUR_MS,
  day: 23 * HOUR_MS,
  week: 7 * DAY_MS - HOUR_MS,
  month: 28 * DAY_MS - HOUR_MS,
  year: 365 * DAY_MS - HOUR_MS,
};
