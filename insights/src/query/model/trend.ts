/**
 * A trend: one to five series over time. A `TrendQuery` holds what was chosen, a `TrendQuestion` what that means now.
 */

import type { Calendar } from '../time/calendar.ts';
import type { Granularity, Period, Range, WeekStart } from '../time/model.ts';
import type { Attribute } from './attribute.ts';
import type { Filter } from './filter.ts';
import type { Formula } from './formula.ts';
import type { Measure } from './measure.ts';

export const COMPARISONS_OF_PERIODS = ['previous', 'year'] as const;
export type Compare = (typeof COMPARISONS_OF_PERIODS)[number];
export const CHARTS = ['line', 'area', 'bars'] as const;
export type ChartForm = (typeof CHARTS)[number];

/** What a series is about. */
export type Subject =
  /** Events of this name; undefined for all events. */
  | { readonly kind: 'events'; readonly name: string | undefined }
  /** Users by `first_seen`. `all`: each bucket counts the users that were known at its end. `new`: those who came in it. */
  | { readonly kind: 'profiles'; readonly which: 'all' | 'new' };

export interface Series {
  readonly subject: Subject;
  readonly measure: Measure;
  readonly filter: Filter | undefined;
}

export interface Breakdown {
  readonly attribute: Attribute;
  /** How many values are shown by themselves. The rest is Other. */
  readonly top: number;
}

export interface TrendQuery {
  readonly kind: 'trend';
  /** A, B, C... */
  readonly series: readonly [Series, ...Series[]];
  /** Holds for every series. */
  readonly filter: Filter | undefined;
  readonly period: Period;
  readonly granularity: Granularity | 'auto';
  /** An IANA name, such as Europe/Paris. */
  readonly zone: string;
  readonly weekStart: WeekStart;
  readonly breakdown: Breakdown | undefined;
  readonly compare: Compare | undefined;
  readonly formula: Formula | undefined;
  /** How the page draws it; undefined for its own choice. */
  readonly chart: ChartForm | undefined;
}

export const ALL_EVENTS: Series = {
  subject: { kind: 'events', name: undefined },
  measure: { kind: 'events' },
  filter: undefined,
};

export const TOP_DEFAULT = 10;

export const DEFAULT_TREND: TrendQuery = {
  kind: 'trend',
  series: [ALL_EVENTS],
  filter: undefined,
  period: { kind: 'smart' },
  granularity: 'auto',
  zone: 'UTC',
  weekStart: 'monday',
  breakdown: undefined,
  compare: undefined,
  formula: undefined,
  chart: undefined,
};

export interface TrendQuestion {
  /** As it was asked, but its period is no longer smart. */
  readonly query: TrendQuery;
  readonly range: Range;
  /** The range to compare with; undefined without a comparison. */
  readonly previous: PreviousRange | undefined;
  readonly granularity: Granularity;
  readonly calendar: Calendar;
  /** Where series A has events at all; undefined when it has none. */
  readonly extent: Range | undefined;
}

export interface PreviousRange extends Range {
  /** The part of it that has passed in the present range too. Totals are compared over this part, like with like. */
  readonly elapsedTo: number;
}

/** `A` for 0. */
export const seriesId = (index: number): string => String.fromCharCode(65 + index);
