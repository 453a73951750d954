/** Words for time that every kind of question shares: how wide a bucket is, which period, which range. */

/** Sizes of a bucket, the finest first. */
export const GRANULARITIES = ['hour', 'day', 'week', 'month', 'year'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

export const WEEK_STARTS = ['monday', 'sunday'] as const;
export type WeekStart = (typeof WEEK_STARTS)[number];

/** A span that ends now. The current hour, day or month counts as one unit of it: `1 day` is today. */
export interface Span {
  readonly count: number;
  readonly unit: Granularity;
}

export const LAST_30_DAYS: Span = { count: 30, unit: 'day' };

export type Period =
  /** Nothing was chosen: the last 30 days if they hold events, else all time, because imported data can be old. */
  { readonly kind: 'smart' } | SettledPeriod;

export type SettledPeriod =
  | { readonly kind: 'last'; readonly span: Span }
  | { readonly kind: 'all' }
  /** Days as `YYYY-MM-DD` in the zone of the question, both included; `from` is not after `to`. */
  | { readonly kind: 'custom'; readonly from: string; readonly to: string };

/** Half-open, UTC milliseconds. */
export interface Range {
  readonly from: number;
  readonly to: number;
}
