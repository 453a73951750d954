/** An answer of the server, parsed for drawing. */
import type { SeriesAnswer } from '../../query/answers.ts';
import type { Granularity, Measure, Range } from '../../query/series/model.ts';
import { parseQuery } from '../../query/series/parse.ts';
import type { Bucket } from '../../query/time/buckets.ts';

export interface Picture {
  readonly measure: Measure;
  readonly granularity: Granularity;
  /** What the numbers cover, for its label. */
  readonly range: Range;
  /** Oldest first. */
  readonly buckets: readonly Bucket[];
  readonly total: number;
}

export function pictureOf(series: SeriesAnswer): Picture {
  const parsed = parseQuery(series.query);
  // All time is asked in whole buckets, which begin before the first event and end after the last.
  const isAll = parsed.ok && parsed.query.period.kind === 'all';
  const range = isAll && series.extent !== null ? series.extent : series;
  return {
    measure: parsed.ok ? parsed.query.measure : 'events',
    granularity: series.granularity,
    range: { from: Date.parse(range.from), to: Date.parse(range.to) },
    buckets: series.buckets.map(({ start, end, value, complete }) => ({
      start: Date.parse(start),
      end: Date.parse(end),
      value,
      isComplete: complete,
    })),
    total: series.total,
  };
}

/** `1 event`, `2 events`, `1 unique user`. */
export function unitOf(measure: Measure, value: number): string {
  const noun = measure === 'events' ? 'event' : 'unique user';
  return value === 1 ? noun : `${noun}s`;
}
