/**
 * Parses the times of a file: numbers since 1970, and the ways to write a date that have one reading. A number is in
 * seconds, milliseconds, microseconds or nanoseconds, in the range where only one of them fits (2001 to 2286). What is finer than a
 * millisecond is cut off. Pure.
 */
import { instantOf, msOf, TIME_RANGE } from '@dataloaf/core/values/instant';
import type { Problem } from './outcome.ts';
import { isoOf } from './time-text.ts';

export type Time = { readonly ok: true; readonly ms: number } | { readonly ok: false; readonly problem: Problem };

/** 10, 13, 16 or 19 digits. */
const EPOCH = /^(\d{10})(\d{3})?(?:\d{3}){0,2}(?:\.\d+)?$/;
const SECONDS_MIN = 1e9;
const SECONDS_MAX = 1e10;
const MS_DIGITS = 13;

export function parseTime(value: unknown): Time {
  if (value === undefined || value === null || value === '') return fail('got nothing');
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string') return fail('got neither a string nor a number');
  const text = value.trim();
  const plain = msOf(withT(text));
  if (plain !== undefined) return inRange(plain);
  const epoch = EPOCH.exec(text);
  if (epoch !== null) return fromNumber(epoch[2] === undefined ? Number(text) : Number(inMilliseconds(text)));
  return fromText(text);
}

/** The fast path: `2026-11-22 06:16:03` is as common as the form with a T. */
const withT = (text: string): string => (text[10] === ' ' ? `${text.slice(0, 10)}T${text.slice(11)}` : text);

/** Cuts the digits after the milliseconds off as text: a double does not keep 19 digits. */
const inMilliseconds = (text: string): string => (/^\d{16}/.test(text) ? text.slice(0, MS_DIGITS) : text);

function fromText(text: string): Time {
  const iso = isoOf(text);
  if (!iso.ok) return fail(iso.got);
  const ms = msOf(iso.text);
  return ms === undefined ? fail('got a date or time of day that does not exist') : inRange(ms);
}

function fromNumber(value: number): Time {
  if (isWithin(value, 1)) return inRange(Math.round(value * 1e3));
  if (isWithin(value, 1e3)) return inRange(Math.round(value));
  if (isWithin(value, 1e6)) return inRange(Math.floor(value / 1e3));
  if (isWithin(value, 1e9)) return inRange(Math.floor(value / 1e6));
  return fail('got a number that is not clearly seconds, milliseconds, microseconds or nanoseconds since 1970');
}

function inRange(ms: number): Time {
  return instantOf(ms) === undefined ? fail('got one of another year') : { ok: true, ms };
}

const isWithin = (value: number, perSecond: number): boolean =>
  value >= SECONDS_MIN * perSecond && value < SECONDS_MAX * perSecond;

const fail = (got: string): Time => ({
  ok: false,
  problem: {
    code: 'time_invalid',
    message: `Expected a time ${TIME_RANGE} such as 2026-11-22, 2026-11-22T06:16:03+01:00 or 1795328163, ${got}.`,
  },
});
