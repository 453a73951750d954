/**
 * Buckets of time in UTC, one for each hour, day, week (from Monday, as in `DATE_TRUNC`), month or year that the range
 * touches, 0 where nothing happened. Calendar steps are made with the setters of Date: `Date.UTC` takes year 26 for 1926.
 */
import type { Granularity, Range } from '../series/model.ts';

export interface Bucket {
  /** Start and end in UTC milliseconds, half-open, of the whole bucket even when the range cuts it. */
  readonly start: number;
  readonly end: number;
  readonly value: number;
  /** False when the range cuts it, or when events of it may still be on their way. */
  readonly isComplete: boolean;
}

export interface BucketOptions {
  readonly range: Range;
  readonly granularity: Granularity;
  /** Value by start of bucket. */
  readonly values: ReadonlyMap<number, number>;
  /** Everything that arrived before this instant is loaded, UTC milliseconds. */
  readonly completeTo: number;
  /** Empty buckets that have not begun are left out: that nothing happened in them would not be true. */
  readonly now: number;
}

export function fillBuckets(options: BucketOptions): readonly Bucket[] {
  const { range, granularity, values, completeTo, now } = options;
  const buckets: Bucket[] = [];
  // Clocks may run ahead, so there can be events after now.
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

/** Start of the bucket that holds the instant. */
export function floorTo(ms: number, granularity: Granularity): number {
  const at = new Date(ms);
  if (granularity !== 'hour') at.setUTCHours(0);
  at.setUTCMinutes(0, 0, 0);
  switch (granularity) {
    case 'hour':
    case 'day':
      return at.getTime();
    case 'week':
      // Sunday is 0 in JavaScript and the last day of an ISO week.
      return at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + 6) % 7));
    case 'month':
      return at.setUTCDate(1);
    case 'year':
      return at.setUTCMonth(0, 1);
  }
}

/** The start of the bucket `count` further on; `start` must be the start of one. */
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

/** Mean over the complete buckets, or over all when none is complete: a running day would pull it down. */
export function averageOf(buckets: readonly Bucket[]): number {
  const complete = buckets.filter((bucket) => bucket.isComplete);
  const counted = complete.length > 0 ? complete : buckets;
  if (counted.length === 0) return 0;
  return counted.reduce((sum, bucket) => sum + bucket.value, 0) / counted.length;
}

/** The bucket with the greatest value, the latest of equal ones; undefined when nothing happened. */
export function peakOf(buckets: readonly Bucket[]): Bucket | undefined {
  let peak: Bucket | undefined;
  for (const bucket of buckets) if (bucket.value > 0 && bucket.value >= (peak?.value ?? 0)) peak = bucket;
  return peak;
}
