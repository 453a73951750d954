/** What a series computes for each bucket of time. The page calls it the aggregation type. */
import type { Attribute } from './attribute.ts';

export const PER_USER = ['avg', 'median', 'min', 'max'] as const;
export type PerUser = (typeof PER_USER)[number];

export const OF_NUMBERS = ['sum', 'avg', 'min', 'max', 'median', 'p90', 'p99'] as const;
export type OfNumbers = (typeof OF_NUMBERS)[number];

export type Measure =
  | { readonly kind: 'events' }
  /** Distinct `user_id`. */
  | { readonly kind: 'users' }
  /** Of the numbers of events that each user with an event has. */
  | { readonly kind: 'per_user'; readonly statistic: PerUser }
  /** Of an attribute's numbers. Events without a number do not count. */
  | { readonly kind: 'number'; readonly statistic: OfNumbers; readonly attribute: Attribute }
  /** How many different values an attribute has. Missing and null are no values. */
  | { readonly kind: 'distinct'; readonly attribute: Attribute };

/** Whether the measure of a range follows from those of its buckets. Users of a range are never a sum: they may return. */
export const isAdditive = (measure: Measure): boolean =>
  measure.kind === 'events' || (measure.kind === 'number' && measure.statistic === 'sum');

/** The value of a bucket without a row: a count of nothing is 0, and a mean of nothing does not exist. */
export function emptyValueOf(measure: Measure): 0 | null {
  if (measure.kind === 'per_user') return null;
  return measure.kind === 'number' && measure.statistic !== 'sum' ? null : 0;
}

export function attributeOf(measure: Measure): Attribute | undefined {
  return measure.kind === 'number' || measure.kind === 'distinct' ? measure.attribute : undefined;
}
