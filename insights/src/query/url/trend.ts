/**
 * The URL form of a trend, which the page's address has: `?event=purchase&measure=users&period=30d&breakdown=event.country`.
 * For every query `q`, `parseTrend(formatTrend(q))` returns `q`. All keys: `insights/docs/query.md`.
 */
import type { Attribute } from '../model/attribute.ts';
import { attributesIn } from '../model/filter.ts';
import { TOP_MAX } from '../model/limits.ts';
import {
  type Breakdown,
  CHARTS,
  COMPARISONS_OF_PERIODS,
  DEFAULT_TREND,
  type Series,
  TOP_DEFAULT,
  type TrendQuery,
} from '../model/trend.ts';
import { GRANULARITIES, WEEK_STARTS } from '../time/model.ts';
import { isZone } from '../time/offsets.ts';
import { formatAttribute, parseAttribute } from './attribute.ts';
import { formatFilter, parseFilter } from './filter.ts';
import { formatFormula, parseFormula } from './formula.ts';
import { accept, all, optional, type Parsed, parseChoice, parseInteger, parseParams, refuse } from './params.ts';
import { formatPeriod, parsePeriod } from './period.ts';
import { formatSeries, parseSeries, SERIES_KEYS } from './series.ts';

const KEYS = ['where', 'period', 'by', 'zone', 'week', 'breakdown', 'top', 'compare', 'formula', 'chart'] as const;

/** Parses a query string, with or without its question mark. */
export function parseTrend(search: string): Parsed<TrendQuery> {
  const params = parseParams(search, [...SERIES_KEYS, ...KEYS]);
  if (!params.ok) return params;
  const text = (key: (typeof KEYS)[number]): string | null => params.value.get(key);
  const parsed = all({
    series: parseSeries(params.value),
    filter: optional(text('where'), (where) => parseFilter('where', where), undefined),
    period: optional(text('period'), parsePeriod, DEFAULT_TREND.period),
    granularity: optional(text('by'), (by) => parseChoice('by', by, GRANULARITIES), DEFAULT_TREND.granularity),
    zone: optional(text('zone'), parseZone, DEFAULT_TREND.zone),
    weekStart: optional(text('week'), (week) => parseChoice('week', week, WEEK_STARTS), DEFAULT_TREND.weekStart),
    breakdown: parseBreakdown(text('breakdown'), text('top')),
    compare: optional(text('compare'), (name) => parseChoice('compare', name, COMPARISONS_OF_PERIODS), undefined),
    chart: optional(text('chart'), (chart) => parseChoice('chart', chart, CHARTS), undefined),
  });
  if (!parsed.ok) return parsed;
  const { series, filter, breakdown } = parsed.value;
  const formula = optional(text('formula'), (arithmetic) => parseFormula(arithmetic, series.length), undefined);
  if (!formula.ok) return formula;
  const shared = [...attributesIn(filter), ...(breakdown === undefined ? [] : [breakdown.attribute])];
  if (!isOfAll(series, shared)) {
    return refuse('Expected only attributes of users in "where" and "breakdown", because a series is about profiles.');
  }
  return accept({ kind: 'trend', ...parsed.value, formula: formula.value });
}

const isOfAll = (series: readonly Series[], attributes: readonly Attribute[]): boolean =>
  series.every(({ subject }) => subject.kind === 'events') || attributes.every(({ of }) => of === 'user');

const parseZone = (name: string): Parsed<string> =>
  isZone(name) ? accept(name) : refuse('Expected "zone" to be the name of a time zone, such as Europe/Paris.');

function parseBreakdown(by: string | null, top: string | null): Parsed<Breakdown | undefined> {
  if (by === null) return top === null ? accept(undefined) : refuse('Expected "breakdown" beside "top".');
  return all({
    attribute: parseAttribute('breakdown', by),
    top: optional(top, (count) => parseInteger('top', count, { min: 1, max: TOP_MAX }), TOP_DEFAULT),
  });
}

/** The canonical query string, without a question mark. Defaults are left out, so the plain address is the default query. */
export function formatTrend(query: TrendQuery): string {
  const params = new URLSearchParams();
  formatSeries(params, query.series);
  const { filter, breakdown, formula } = query;
  const parts: Readonly<Record<(typeof KEYS)[number], string | undefined>> = {
    where: filter === undefined ? undefined : formatFilter(filter),
    period: formatPeriod(query.period),
    by: query.granularity === DEFAULT_TREND.granularity ? undefined : query.granularity,
    zone: query.zone === DEFAULT_TREND.zone ? undefined : query.zone,
    week: query.weekStart === DEFAULT_TREND.weekStart ? undefined : query.weekStart,
    breakdown: breakdown === undefined ? undefined : formatAttribute(breakdown.attribute),
    top: breakdown === undefined || breakdown.top === TOP_DEFAULT ? undefined : String(breakdown.top),
    compare: query.compare,
    formula: formula === undefined ? undefined : formatFormula(formula),
    chart: query.chart,
  };
  for (const [key, value] of Object.entries(parts)) if (value !== undefined) params.set(key, value);
  return params.toString();
}
