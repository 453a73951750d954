/** From what was chosen to what it means now: a smart period becomes a real one, and the period becomes ranges. */
import { BUCKETS_MAX, BUCKETS_WITH_BREAKDOWN_MAX } from '../model/limits.ts';
import type { PreviousRange, TrendQuery, TrendQuestion } from '../model/trend.ts';
import { type Calendar, createCalendar } from './calendar.ts';
import type { Range } from './model.ts';
import { previousRange, settlePeriod, settleRange, yearBefore } from './range.ts';

export interface Known {
  /** Where series A has events; undefined when it has none. */
  readonly extent: Range | undefined;
  /** UTC milliseconds. */
  readonly now: number;
}

const HOUR_MS = 3_600_000;

export function settleTrend(query: TrendQuery, { extent, now }: Known): TrendQuestion {
  const calendar = createCalendar(query.zone, query.weekStart);
  const moment = { now, extent, calendar };
  const period = settlePeriod(query.period, moment);
  const bucketsMax = query.breakdown === undefined ? BUCKETS_MAX : BUCKETS_WITH_BREAKDOWN_MAX;
  const settled = { ...query, period };
  const { range, granularity } = settleRange(period, moment, { granularity: query.granularity, bucketsMax });
  const previous = previousOf(settled, range, { calendar, now });
  return { query: settled, range, previous, granularity, calendar, extent };
}

function previousOf(
  query: TrendQuery,
  range: Range,
  { calendar, now }: { readonly calendar: Calendar; readonly now: number },
): PreviousRange | undefined {
  const previous =
    query.compare === 'year' ? yearBefore(range, calendar) : previousRange(query.period, range, calendar);
  if (query.compare === undefined || previous === undefined) return undefined;
  // By whole hours, so that the statement stays the same for an hour and can be cached.
  const elapsed = Math.max(0, Math.floor((Math.min(now, range.to) - range.from) / HOUR_MS) * HOUR_MS);
  const isWhole = now >= range.to;
  return { ...previous, elapsedTo: isWhole ? previous.to : Math.min(previous.to, previous.from + elapsed) };
}
