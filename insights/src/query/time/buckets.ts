/** The buckets of a range: one for each hour, day, week, month or year that it touches. */
import { type Calendar, floorLocal } from './calendar.ts';
import type { Granularity, Range } from './model.ts';

export interface Buckets {
  /** The start of each whole bucket, even when the range cuts it off. UTC milliseconds, ascending. */
  readonly starts: readonly number[];
  /** The end of the last one. Each other ends where the next one starts. */
  readonly end: number;
}

export interface BucketOptions {
  readonly range: Range;
  readonly granularity: Granularity;
  readonly calendar: Calendar;
  /**
   * Buckets that begin later are left out: a 0 would claim that nothing happened in them. It is now, or the time of the last
   * event, because clocks may run ahead.
   */
  readonly until: number;
}

export function bucketsOf({ range, granularity, calendar, until }: BucketOptions): Buckets {
  const starts: number[] = [];
  const to = Math.min(range.to, until + 1);
  let start = calendar.floorTo(range.from, granularity);
  while (start < to) {
    starts.push(start);
    start = calendar.addTo(start, granularity, 1);
  }
  return { starts, end: start };
}

/** The positions of buckets that the range cuts off, or of which some events may not be loaded yet. */
export function partialBuckets({ starts, end }: Buckets, range: Range, completeTo: number): readonly number[] {
  return [...starts.keys()].filter((index) => {
    const start = starts[index] ?? 0;
    const bucketEnd = starts[index + 1] ?? end;
    return start < range.from || bucketEnd > range.to || bucketEnd > completeTo;
  });
}

/**
 * What SQL computes for the events of a bucket (`sql/zone.ts`): the local time at which it begins, or for hours the instant.
 * Where clocks skip time, it is before the start of the bucket.
 */
export function keyOf(start: number, granularity: Granularity, calendar: Calendar): number {
  const local = calendar.localOf(start);
  const floor = floorLocal(local, granularity, calendar.weekStart);
  return granularity === 'hour' ? floor - (local - start) : floor;
}
