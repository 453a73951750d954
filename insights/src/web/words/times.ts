/**
 * Numbers and times as the page writes them: English, UTC. Months are spelt here and not by Intl, whose abbreviations
 * differ between browsers ("Sept"), so that a table and a test of it read the same everywhere.
 */
import type { Granularity, Period, Span } from '../../query/series/model.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const DAY_MS = 86_400_000;

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const ONE_DIGIT_ALWAYS = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const ONE_DIGIT = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** `69,659`. */
export const formatCount = (value: number): string => WHOLE.format(value);
/** `3.4` below a hundred, where the digit still says something; else `3,412`. */
export const formatAverage = (value: number): string => (value < 100 ? ONE_DIGIT : WHOLE).format(value);
/** `70K`: for lists. */
export const formatShort = (value: number): string => (value < 10_000 ? WHOLE : SHORT).format(value);
/** Labels of one axis, all in the same form: `8,000` below `10K` would look like another unit. */
export const formatAxis = (values: readonly number[]): readonly string[] =>
  values.map((value) => (Math.max(...values) < 10_000 ? WHOLE : SHORT).format(value));
/** `12.5 %`, always with its digit, so that a column of them lines up; only nothing and all of it are whole. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return '–';
  const percent = (part / whole) * 100;
  if (part === 0 || part === whole) return `${percent} %`;
  return percent < 0.05 ? '< 0.1 %' : `${ONE_DIGIT_ALWAYS.format(percent)} %`;
}

interface Parts {
  readonly year: string;
  readonly month: string;
  readonly day: number;
  readonly weekday: string;
  readonly time: string;
}

function partsOf(ms: number): Parts {
  const at = new Date(ms);
  return {
    year: String(at.getUTCFullYear()),
    month: MONTHS[at.getUTCMonth()] ?? '',
    day: at.getUTCDate(),
    weekday: WEEKDAYS[at.getUTCDay()] ?? '',
    time: at.toISOString().slice(11, 16),
  };
}

/** A bucket in full, for the table and the tooltip: `Sun, 22 Nov 2026`, `16 – 22 Nov 2026`. */
export function formatBucket(start: number, granularity: Granularity): string {
  const { year, month, day, weekday, time } = partsOf(start);
  switch (granularity) {
    case 'hour':
      return `${weekday}, ${day} ${month} ${year}, ${time}`;
    case 'day':
      return `${weekday}, ${day} ${month} ${year}`;
    case 'week':
      return formatDays(start, start + 7 * DAY_MS);
    case 'month':
      return `${month} ${year}`;
    case 'year':
      return year;
  }
}

/** A bucket below the axis, in two lines: the second is shown where it changes. */
export function formatTick(
  start: number,
  granularity: Granularity,
): { readonly line: string; readonly context: string } {
  const { year, month, day, time } = partsOf(start);
  switch (granularity) {
    case 'hour':
      return { line: time, context: `${day} ${month}` };
    case 'day':
    case 'week':
      return { line: `${day} ${month}`, context: year };
    case 'month':
      return { line: month, context: year };
    case 'year':
      return { line: year, context: '' };
  }
}

/** A half-open range by its days, both included: `3 – 9 Jan 2021`, `3 Jan – 9 Mar 2021`, `28 Dec 2020 – 3 Jan 2021`, `3 Jan 2021`. */
export function formatDays(from: number, to: number): string {
  const first = partsOf(from);
  const last = partsOf(to - 1);
  const end = `${last.day} ${last.month} ${last.year}`;
  const start = `${first.day} ${first.month} ${first.year}`;
  if (start === end) return end;
  if (first.year !== last.year) return `${start} – ${end}`;
  return first.month === last.month ? `${first.day} – ${end}` : `${first.day} ${first.month} – ${end}`;
}

/** `06:16:03`, UTC. */
export const formatClock = (ms: number): string => new Date(ms).toISOString().slice(11, 19);
/** `22 Nov 2026, 06:16:03 UTC`. */
export const formatInstant = (ms: number): string => `${formatDays(ms, ms + 1)}, ${formatClock(ms)} UTC`;

/** How long ago: `just now`, `40 s ago`, `3 min ago`, `2 days ago`. */
export function formatAge(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 5) return 'just now';
  if (seconds < 100) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 100) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}

export const SPAN_LABELS: Readonly<Record<Span, string>> = {
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  '12m': 'Last 12 months',
};

export function formatPeriodLabel(period: Period): string {
  switch (period.kind) {
    case 'smart':
      return 'Recent';
    case 'last':
      return SPAN_LABELS[period.span];
    case 'all':
      return 'All time';
    case 'custom':
      return `${period.from} to ${period.to}`;
  }
}
