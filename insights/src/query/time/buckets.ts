/**
 * Buckets of time in UTC: one for each hour, day, week (from Monday, as in `DATE_TRUNC`), month or year that the range
 * touches, with the value 0 where nothing happened. Calendar steps use the setters of Date, because `Date.UTC` turns the
 * year 26 into 1926.
 */
import type { Granularity, Range } from './model.ts';

export interface Bucket {
  /** Start and end of the whole bucket, even when the range cuts it off. Half-open, UTC milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly value: number;
  /** False when the range cuts the bucket off, or when some of its events may not be loaded yet. */
  readonly isComplete: boolean;
}

export interface BucketOptions {
  readonly range: Range;
  readonly granularity: Granularity;
  /** The value of each bucket that has events, by the start of the bucket. */
  readonly values: ReadonlyMap<number, number>;
  /** Everything that arrived before this instant is loaded, UTC milliseconds. */
  readonly completeTo: number;
  /** Empty buckets that have not begun yet are left out: a 0 would claim that nothing happened in them. */
  readonly now: number;
}

export function fillBuckets(options: BucketOptions): readonly Bucket[] {
  const { range, granularity, values, completeTo, now } = options;
  const buckets: Bucket[] = [];
  // Clocks may run ahead, so events can have a time after now.
  const to = Math.min(range.to, Math.max(now, ...values.keys()) + 1);
  let start = floorTo(range.from, granularity);
  while (start < to) {
    const end = addTo(start, granularity, 1);
    const isComplete = start >= range.from && end <= range.to && end <= completeTo;
    buckets.push({ start, end, value: values.get(start) ?? 0, isComplete });
    start = end;
  }
  return buckets;
}

/** The start of the bucket that the instant is in. */
export function floorTo(ms: number, granularity: Granularity): number {
  const at = new Date(ms);
  if (granularity !== 'hour') at.setUTCHours(0);
  at.setUTCMinutes(0, 0, 0);
  switch (granularity) {
    case 'hour':
    case 'day':
      return at.getTime();
    case 'week':
      // Sunday is day 0 in JavaScript, but the last day of an ISO week.
      return at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
    case 'month':
      return at.setUTCDate(1);
    case 'year':
      return at.setUTCMonth(0, 1);
  }
}

/** The start of the bucket `count` steps later. `start` must be the start of a bucket. */
export function addTo(start: number, granularity: Granularity, count: number): number {
  const at = new Date(start);
  switch (granularity) {
    case 'hour':
      return at.setUTCHours(at.getUTCHours() + count);
    case 'day':
      return at.setUTCDate(at.getUTCDate() + count);
    case 'week':
      return at.setUTCDate(at.getUTCDate() + 7 * count);
    case 'month':
      return at.setUTCMonth(at.getUTCMonth() + count);
    case 'year':
      return at.setUTCFullYear(at.getUTCFullYear() + count);
  }
}
