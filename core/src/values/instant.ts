/**
 * Instants on the wire: ISO 8601 with any offset, kept as UTC milliseconds, from 1970 to 2200. A time without an offset is
 * UTC.
 */
import { FUTURE_MS_MAX, YEAR_MAX, YEAR_MIN } from '../limits.ts';
import { accept, kindOf, type Parsed, type Rejection, reject } from './parsed.ts';
import { RealDate } from './real-date.ts';

const ISO = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;
/** `+01:00` or `+0100` at the end. */
const OFFSET = /[+-]\d{2}:?\d{2}$/;
const DATE_CHARS = 10;
const MS_MIN = RealDate.UTC(YEAR_MIN);
const MS_END = RealDate.UTC(YEAR_MAX + 1);

/** For messages of all that take a time. */
export const TIME_RANGE = `from ${YEAR_MIN} to ${YEAR_MAX}`;

/** Milliseconds since 1970 of a string such as `2026-11-22T06:16:03.123+01:00` or `2026-11-22`. */
export function parseInstant(value: unknown, field: string): Parsed<number> {
  const ms = typeof value === 'string' ? msOf(value) : undefined;
  if (ms !== undefined && isInRange(ms)) return accept(ms);
  const expected = `Expected ${field} to be an ISO 8601 time ${TIME_RANGE} such as 2026-11-22T06:16:03.123Z`;
  return reject('time_invalid', `${expected}, got ${ms === undefined ? kindOfTime(value) : 'a time of another year'}.`);
}

const kindOfTime = (value: unknown): string =>
  typeof value === 'string' ? 'a string that is not a time' : kindOf(value);

/** Whole milliseconds, or undefined outside of 1970 to 2200. */
export function instantOf(ms: number): number | undefined {
  const whole = Math.trunc(ms);
  return isInRange(whole) ? whole : undefined;
}

const isInRange = (ms: number): boolean => ms >= MS_MIN && ms < MS_END;

/** An event may not happen long after it arrives. */
export function checkAhead(ms: number, nowMs: number, field: string): Rejection | undefined {
  if (ms <= nowMs + FUTURE_MS_MAX) return undefined;
  return reject('time_in_future', `Expected ${field} to be at most 24 hours ahead.`);
}

/** Of any year. Undefined for a string that is no such time. */
export function msOf(text: string): number | undefined {
  if (!ISO.test(text) || !isDay(text)) return undefined;
  const ms = RealDate.parse(withOffset(text));
  return Number.isNaN(ms) ? undefined : ms;
}

/** Whether the calendar has the day. Date.parse moves 30 February into March, and nobody would notice the wrong day later. */
function isDay(text: string): boolean {
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8, DATE_CHARS));
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= 28 || day <= daysOf(month, Number(text.slice(0, 4)));
}

function daysOf(month: number, year: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** The form that ECMAScript defines: a time needs an offset, or Date.parse takes it for local, and the offset a colon. */
function withOffset(text: string): string {
  if (text.length === DATE_CHARS || text.endsWith('Z')) return text;
  if (!OFFSET.test(text)) return `${text}Z`;
  return text.at(-3) === ':' ? text : `${text.slice(0, -2)}:${text.slice(-2)}`;
}
