/**
 * The calendar of a time zone: where hours, days, weeks, months and years begin. A local time is written as the UTC
 * milliseconds that a clock with the same digits would have in UTC. Calendar steps use the setters of Date, because
 * `Date.UTC` turns the year 26 into 1926.
 */
import type { Granularity, Range, WeekStart } from './model.ts';
import { type Offset, offsetsIn } from './offsets.ts';

export interface Calendar {
  readonly zone: string;
  readonly weekStart: WeekStart;
  /** Cover `range` and two days around it. */
  offsetsIn(range: Range): readonly Offset[];
  localOf(ms: number): number;
  /** The first instant at which clocks show this time or a later one: after a skipped hour, the end of the gap. */
  instantOf(local: number): number;
  /** The start of the bucket that the instant is in. */
  floorTo(ms: number, granularity: Granularity): number;
  /** The start of the bucket `count` steps after the bucket that the instant is in. */
  addTo(ms: number, granularity: Granularity, count: number): number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** More than any zone's distance from UTC, and than any change of its clocks (a whole day, in Samoa). */
const AROUND_MS = 3 * DAY_MS;
const YEAR_MS = 366 * DAY_MS;

export function createCalendar(zone: string, weekStart: WeekStart): Calendar {
  const years = new Map<number, readonly Offset[]>();
  const around = (ms: number): readonly Offset[] => {
    const year = Math.floor(ms / YEAR_MS);
    const known = years.get(year) ?? offsetsIn(zone, year * YEAR_MS - AROUND_MS, (year + 1) * YEAR_MS + AROUND_MS);
    years.set(year, known);
    return known;
  };
  const offsetAt = (ms: number): Offset => {
    const found = around(ms).find(({ to }) => ms < to);
    return found ?? { from: ms, to: ms, offset: 0 };
  };
  const localOf = (ms: number): number => ms + offsetAt(ms).offset;
  const instantOf = (local: number): number => {
    for (const { from, to, offset } of around(local)) {
      const at = Math.max(from, local - offset);
      if (at < to) return at;
    }
    return local;
  };
  const floorTo = (ms: number, granularity: Granularity): number => {
    const { from, offset } = offsetAt(ms);
    // An hour that the clocks repeat is two buckets: hours are told apart by their instant, not by their name.
    if (granularity === 'hour') return Math.max(from, floorLocal(ms + offset, 'hour', weekStart) - offset);
    return instantOf(floorLocal(ms + offset, granularity, weekStart));
  };
  const addTo = (ms: number, granularity: Granularity, count: number): number => {
    if (granularity === 'hour') return stepHours(ms, count);
    return instantOf(addLocal(floorLocal(localOf(ms), granularity, weekStart), granularity, count));
  };
  const stepHours = (ms: number, count: number): number => {
    let at = floorTo(ms, 'hour');
    for (let step = 0; step < count; step += 1) {
      const { to, offset } = offsetAt(at);
      at = Math.min(to, floorLocal(at + offset, 'hour', weekStart) - offset + HOUR_MS);
    }
    for (let step = 0; step > count; step -= 1) at = floorTo(at - 1, 'hour');
    return at;
  };
  return {
    zone,
    weekStart,
    offsetsIn: ({ from, to }) => merged(from - AROUND_MS, to + AROUND_MS, around),
    localOf,
    instantOf,
    floorTo,
    addTo,
  };
}

/** The offsets between two instants, put together from those of the years. */
function merged(from: number, to: number, ofYear: (ms: number) => readonly Offset[]): readonly Offset[] {
  const found: Offset[] = [];
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / YEAR_MS) + 1) * YEAR_MS);
    for (const { from: begins, to: ends, offset } of ofYear(start)) {
      const [first, last] = [Math.max(start, begins), Math.min(end, ends)];
      if (first >= last) continue;
      const before = found.at(-1);
      if (before?.offset === offset) found[found.length - 1] = { ...before, to: last };
      else found.push({ from: first, to: last, offset });
    }
    start = end;
  }
  return found;
}

/** The start of the local hour, day, week, month or year. */
export function floorLocal(local: number, granularity: Granularity, weekStart: WeekStart): number {
  const at = new Date(local);
  if (granularity !== 'hour') at.setUTCHours(0);
  at.setUTCMinutes(0, 0, 0);
  switch (granularity) {
    case 'hour':
    case 'day':
      return at.getTime();
    case 'week':
      // Sunday is day 0 in JavaScript.
      return at.setUTCDate(at.getUTCDate() - ((at.getUTCDay() + (weekStart === 'monday' ? 6 : 0)) % 7));
    case 'month':
      return at.setUTCDate(1);
    case 'year':
      return at.setUTCMonth(0, 1);
  }
}

/** The start of the local bucket `count` steps later. `start` is the start of one. */
function addLocal(start: number, granularity: Exclude<Granularity, 'hour'>, count: number): number {
  const at = new Date(start);
  switch (granularity) {
    case 'day':
      return at.setUTCDate(at.getUTCDate() + count);
    case 'week':
      return at.setUTCDate(at.getUTCDate() + 7 * count);
    case 'month':
      return at.setUTCMonth(at.getUTCMonth() + count);
    case 'year':
      return at.setUTCFullYear(at.getUTCFullYear() + count);
  }
}
