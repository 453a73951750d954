/** What the bar chart draws. */
import type { Bucket } from '../../query/time/buckets.ts';
import type { Granularity, Range } from '../../query/time/model.ts';
import type { Noun } from '../words/nouns.ts';

export interface Bars {
  /** Oldest first, one bar each. */
  readonly buckets: readonly Bucket[];
  readonly granularity: Granularity;
  /** The period that the numbers cover, for labels. */
  readonly range: Range;
  /** What a value counts. */
  readonly noun: Noun;
}
