/**
 * Events over time: one event or all, a period, a granularity and a measure. A `SeriesQuery` holds what was chosen, a
 * `SeriesQuestion` what that means now.
 */
import type { Granularity, Period, Range } from '../time/model.ts';

export const MEASURES = ['events', 'users'] as const;
export type Measure = (typeof MEASURES)[number];

export interface SeriesQuery {
  readonly kind: 'series';
  /** Name of the event; undefined for all events. */
  readonly event: string | undefined;
  readonly period: Period;
  readonly granularity: Granularity | 'auto';
  readonly measure: Measure;
}

export const DEFAULT_SERIES_QUERY: SeriesQuery = {
  kind: 'series',
  event: undefined,
  period: { kind: 'smart' },
  granularity: 'auto',
  measure: 'events',
};

export interface SeriesQuestion {
  /** As it was asked, but its period is no longer smart. */
  readonly query: SeriesQuery;
  readonly range: Range;
  readonly granularity: Granularity;
  /** Where there are events at all; undefined when there are none. */
  readonly extent: Range | undefined;
}
