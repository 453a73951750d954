/** Instants on the wire: ISO 8601 with any offset, kept as UTC milliseconds. A time without an offset is UTC. */

import { FUTURE_MS_MAX } from '../limits.ts';
import { accept, kindOf, type Parsed, type Rejection, reject } from './parsed.ts';
import { RealDate } from './real-date.ts';

const ISO = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;
/** `+01:00` or `+0100` at the end. */
const OFFSET = /[+-]\d{2}:?\d{2}$/;
const DATE_CHARS = 10;
/** The years that four digits can name, without year 0, which Postgres does not have. */
const MS_MIN = RealDate.parse('0001-01-01T00:00:00Z');
const MS_MAX = RealDate.parse('9999-12-31T23:59:59.999Z');

/** Milliseconds since 1970 of a string such as `2026-11-22T06:16:03.123+01:00` or `2026-11-22`. */
export function parseInstant(value: unknown, field: string): Parsed<number> {
  const ms = typeof value === 'string' ? msOf(value) : undefined;
  if (ms !== undefined) return accept(ms);
  const got = typeof value === 'string' ? 'a string that is not one' : kindOf(value);
  return reject(
    'time_invalid',
    `Expected ${field} to be an ISO 8601 time such as 2026-11-22T06:16:03.123Z, got ${got}.`,
  );
}

/** Whole milliseconds within the years 1 to 9999, or undefined: offsets reach beyond them. */
export function instantOf(ms: number): number | undefined {
  const whole = Math.trunc(ms);
  return whole >= MS_MIN && whole <= MS_MAX ? whole : undefined;
}

/** An event may not happen long after it arrives. */
export function checkAhead(ms: number, nowMs: number, field: string): Rejection | undefined {
  if (ms <= nowMs + FUTURE_MS_MAX) return undefined;
  return reject('time_in_future', `Expected ${field} to be at most 24 hours ahead.`);
}

function msOf(text: string): number | undefined {
  return ISO.test(text) && isDay(text) ? instantOf(RealDate.parse(withOffset(text))) : undefined;
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
