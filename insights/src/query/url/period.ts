/** The URL form of a period: `7d`, `all`, `2026-01-01..2026-01-31`; the smart period is left out. */
import type { Granularity, Period, Span } from '../time/model.ts';
import { type Parsed, refuse } from './params.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const SPAN = /^([1-9]\d{0,2})([hdwmy])$/;
const UNITS: Readonly<Record<string, Granularity>> = { h: 'hour', d: 'day', w: 'week', m: 'month', y: 'year' };

export function parsePeriod(text: string): Parsed<Period> {
  if (text === 'all') return { ok: true, value: { kind: 'all' } };
  const span = parseSpan(text);
  if (span !== undefined) return { ok: true, value: { kind: 'last', span } };
  const [from = '', to = '', ...rest] = text.split('..');
  if (rest.length > 0 || !isDay(from) || !isDay(to)) {
    return refuse(
      'Expected "period" to be a span such as 24h, 7d, 4w, 12m or 2y, or all, or two days such as 2026-01-01..2026-01-31.',
    );
  }
  if (from > to) return refuse('Expected the first day of "period" to be on or before the last day.');
  return { ok: true, value: { kind: 'custom', from, to } };
}

/** From `30d`: 1 to 999 hours, days, weeks, months or years. */
export function parseSpan(text: string): Span | undefined {
  const [, count, letter = ''] = SPAN.exec(text) ?? [];
  const unit = UNITS[letter];
  return unit === undefined ? undefined : { count: Number(count), unit };
}

export const formatSpan = ({ count, unit }: Span): string => `${count}${unit.charAt(0)}`;

/** Undefined for the smart period, which has no URL form: it is what a query without a period means. */
export function formatPeriod(period: Period): string | undefined {
  switch (period.kind) {
    case 'smart':
      return undefined;
    case 'last':
      return formatSpan(period.span);
    case 'all':
      return 'all';
    case 'custom':
      return `${period.from}..${period.to}`;
  }
}

/**
 * Whether the string is a calendar day in the years 1 to 9998. JavaScript rolls 30 February over into March, so the day must
 * survive a round trip; after the year 9999 an ISO instant has another form.
 */
export function isDay(text: string): boolean {
  if (!DAY.test(text) || text < '0001-01-01' || text > '9998-12-31') return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}
