/**
 * The URL form of a series: `?event=purchase&period=30d&by=day&measure=users`. For every query `q`,
 * `parseSeries(formatSeries(q))` returns `q`.
 */
import { optional, type Parsed, parseChoice, parseEvent, parseParams } from '../params.ts';
import { GRANULARITIES } from '../time/model.ts';
import { formatPeriod, parsePeriod } from '../time/period.ts';
import { DEFAULT_SERIES_QUERY, MEASURES, type SeriesQuery } from './model.ts';

const KEYS = ['event', 'period', 'by', 'measure'] as const;

/** Parses a query string, with or without its question mark. */
export function parseSeries(search: string): Parsed<SeriesQuery> {
  const params = parseParams(search, KEYS);
  if (!params.ok) return params;
  const text = (key: (typeof KEYS)[number]): string | null => params.value.get(key);

  const event = optional(text('event'), parseEvent, DEFAULT_SERIES_QUERY.event);
  const period = optional(text('period'), parsePeriod, DEFAULT_SERIES_QUERY.period);
  const granularity = optional(text('by'), (by) => parseChoice('by', by, GRANULARITIES), 'auto' as const);
  const measure = optional(text('measure'), (name) => parseChoice('measure', name, MEASURES), 'events' as const);
  if (!event.ok) return event;
  if (!period.ok) return period;
  if (!granularity.ok) return granularity;
  if (!measure.ok) return measure;
  return {
    ok: true,
    value: {
      kind: 'series',
      event: event.value,
      period: period.value,
      granularity: granularity.value,
      measure: measure.value,
    },
  };
}

/** The canonical query string, without a question mark. Defaults are left out, so the plain address is the default query. */
export function formatSeries(query: SeriesQuery): string {
  const params = new URLSearchParams();
  if (query.event !== undefined) params.set('event', query.event);
  const period = formatPeriod(query.period);
  if (period !== undefined) params.set('period', period);
  if (query.granularity !== 'auto') params.set('by', query.granularity);
  if (query.measure !== DEFAULT_SERIES_QUERY.measure) params.set('measure', query.measure);
  return params.toString();
}
