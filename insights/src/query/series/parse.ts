/**
 * The URL form of a query: `?event=purchase&period=30d&by=day&measure=users`. Parsing is strict, since a mistyped key that
 * was passed over would show the numbers of another question; `parseQuery(formatQuery(q))` is `q` for every query.
 */
import { NAME_BYTES_MAX } from '@dataloaf/core/limits';
import { SEARCH_CHARS_MAX } from '../limits.ts';
import { DEFAULT_QUERY, GRANULARITIES, MEASURES, type Period, type Query, SPANS } from './model.ts';

export type ParsedQuery =
  | { readonly ok: true; readonly query: Query }
  | { readonly ok: false; readonly reason: string };

type Part<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: string };

const KEYS = ['event', 'period', 'by', 'measure'] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Reads a query string, with or without its question mark. */
export function parseQuery(search: string): ParsedQuery {
  if (search.length > SEARCH_CHARS_MAX) return refuse(`Expected at most ${SEARCH_CHARS_MAX} characters of query.`);
  const params = new URLSearchParams(search);
  const problem = problemOfKeys(params);
  if (problem !== undefined) return refuse(problem);

  const event = optional(params.get('event'), parseEvent, DEFAULT_QUERY.event);
  const period = optional(params.get('period'), parsePeriod, DEFAULT_QUERY.period);
  const granularity = optional(params.get('by'), (text) => parseChoice('by', text, GRANULARITIES), 'auto' as const);
  const measure = optional(params.get('measure'), (text) => parseChoice('measure', text, MEASURES), 'events' as const);
  if (!event.ok) return event;
  if (!period.ok) return period;
  if (!granularity.ok) return granularity;
  if (!measure.ok) return measure;
  return {
    ok: true,
    query: { event: event.value, period: period.value, granularity: granularity.value, measure: measure.value },
  };
}

/** The canonical query string, without a question mark; defaults are left out, so the plain address asks the default. */
export function formatQuery(query: Query): string {
  const params = new URLSearchParams();
  if (query.event !== undefined) params.set('event', query.event);
  const period = formatPeriod(query.period);
  if (period !== undefined) params.set('period', period);
  if (query.granularity !== 'auto') params.set('by', query.granularity);
  if (query.measure !== DEFAULT_QUERY.measure) params.set('measure', query.measure);
  return params.toString();
}

function formatPeriod(period: Period): string | undefined {
  switch (period.kind) {
    case 'smart':
      return undefined;
    case 'last':
      return period.span;
    case 'all':
      return 'all';
    case 'custom':
      return `${period.from}..${period.to}`;
  }
}

function problemOfKeys(params: URLSearchParams): string | undefined {
  for (const key of params.keys()) {
    if (!KEYS.some((known) => known === key)) return `Expected only ${KEYS.join(', ')}, got "${key.slice(0, 40)}".`;
    if (params.getAll(key).length > 1) return `Expected "${key}" once, got it several times.`;
  }
  return undefined;
}

function parseEvent(text: string): Part<string> {
  if (text === '') return refuse('Expected a name after "event=", got nothing; leave it out for all events.');
  // The Data API takes no such text, and no event can bear it.
  if (text.includes('\0')) return refuse('Expected an event name without NUL.');
  if (new TextEncoder().encode(text).length > NAME_BYTES_MAX) {
    return refuse(`Expected an event name of at most ${NAME_BYTES_MAX} bytes.`);
  }
  return { ok: true, value: text };
}

function parsePeriod(text: string): Part<Period> {
  if (text === 'all') return { ok: true, value: { kind: 'all' } };
  const span = SPANS.find((known) => known === text);
  if (span !== undefined) return { ok: true, value: { kind: 'last', span } };
  const [from = '', to = '', ...rest] = text.split('..');
  if (rest.length > 0 || !isDay(from) || !isDay(to)) {
    return refuse(
      `Expected "period" to be one of ${SPANS.join(', ')}, all, or two days such as 2026-01-01..2026-01-31.`,
    );
  }
  if (from > to) return refuse('Expected the first day of "period" not to be after the last.');
  return { ok: true, value: { kind: 'custom', from, to } };
}

/**
 * Whether the text is a day of the calendar in the years 1 to 9998. JavaScript rolls 30 February over into March, so the day
 * must survive the way there and back; in the year after 9999 an ISO instant would get another form.
 */
export function isDay(text: string): boolean {
  if (!DAY.test(text) || text < '0001-01-01' || text > '9998-12-31') return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

function parseChoice<Choice extends string>(key: string, text: string, choices: readonly Choice[]): Part<Choice> {
  const value = choices.find((choice) => choice === text);
  return value === undefined ? refuse(`Expected "${key}" to be one of ${choices.join(', ')}.`) : { ok: true, value };
}

const optional = <Value, Fallback>(
  text: string | null,
  parse: (text: string) => Part<Value>,
  fallback: Fallback,
): Part<Value | Fallback> => (text === null ? { ok: true, value: fallback } : parse(text));

const refuse = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason });
