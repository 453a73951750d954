/** What the bar chart draws. */
import type { Granularity, Range } from '../../query/time/model.ts';
import type { Noun } from '../words/nouns.ts';

export interface Bar {
  /** The local time at which the bucket begins, in the zone of the question (`query/time/calendar.ts`). */
  readonly start: number;
  readonly value: number;
  /** False for a bucket that is still open, still loading, or cut off by the range. */
  readonly isComplete: boolean;
}

export interface Bars {
  /** Oldest first, one bar each. */
  readonly buckets: readonly Bar[];
  readonly granularity: Granularity;
  /** The period that the numbers cover, in local time, for labels. */
  readonly range: Range;
  /** What a value counts. */
  readonly noun: Noun;
}
