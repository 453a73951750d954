/**
 * What a person can ask on the first page: one event, or all; a period; how finely; and which number. A `Query` says what
 * was chosen, a `Question` what that means now: the range in UTC milliseconds, half-open, and the size of a bucket.
 */

export const GRANULARITIES = ['hour', 'day', 'week', 'month', 'year'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

export const MEASURES = ['events', 'users'] as const;
export type Measure = (typeof MEASURES)[number];

/** Spans that end now. The running hour, day or month counts as one of them. */
export const SPANS = ['24h', '7d', '30d', '12m'] as const;
export type Span = (typeof SPANS)[number];

export type Period =
  /** Nothing chosen: the last 30 days when they hold events, else all time, because imported data can be old. */
  | { readonly kind: 'smart' }
  | { readonly kind: 'last'; readonly span: Span }
  | { readonly kind: 'all' }
  /** Days in UTC as `YYYY-MM-DD`, both included; `from` is not after `to`. */
  | { readonly kind: 'custom'; readonly from: string; readonly to: string };

export interface Query {
  /** Name of the event, undefined for all events. */
  readonly event: string | undefined;
  readonly period: Period;
  readonly granularity: Granularity | 'auto';
  readonly measure: Measure;
}

export const DEFAULT_QUERY: Query = {
  event: undefined,
  period: { kind: 'smart' },
  granularity: 'auto',
  measure: 'events',
};

/** Half-open, UTC milliseconds. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Question {
  readonly event: string | undefined;
  readonly measure: Measure;
  readonly range: Range;
  readonly granularity: Granularity;
}
