/**
 * Times as the page writes them, in English and UTC. The names of months are written out here instead of taken from Intl,
 * whose abbreviations differ between browsers ("Sept"), so that the page and its tests read the same everywhere.
 */
import type { Granularity } from '../../query/time/model.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const DAY_MS = 86_400_000;

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

/** The full name of a bucket, for the table and the tooltip: `Sun, 22 Nov 2026`, `16 – 22 Nov 2026`. */
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

/** The label of a bucket below the axis, in two lines. The axis shows the second line only where it changes. */
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

/** The days of a half-open range, both included: `3 – 9 Jan 2021`, `3 Jan – 9 Mar 2021`, `28 Dec 2020 – 3 Jan 2021`, `3 Jan 2021`. */
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
