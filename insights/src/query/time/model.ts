/** Words for time that every kind of question shares: how wide a bucket is, which period, which range. All times are UTC. */

/** Sizes of a bucket, the finest first. Weeks begin on Monday. */
export const GRANULARITIES = ['hour', 'day', 'week', 'month', 'year'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** Spans that end now. The current hour, day or month counts as one unit of the span. */
export const SPANS = ['24h', '7d', '30d', '12m'] as const;
export type Span = (typeof SPANS)[number];

export type Period =
  /** Nothing was chosen: the last 30 days if they hold events, else all time, because imported data can be old. */
  | { readonly kind: 'smart' }
  | { readonly kind: 'last'; readonly span: Span }
  | { readonly kind: 'all' }
  /** Days as `YYYY-MM-DD`, both included; `from` is not after `to`. */
  | { readonly kind: 'custom'; readonly from: string; readonly to: string };

/** Half-open, UTC milliseconds. */
export interface Range {
  readonly from: number;
  readonly to: number;
}
