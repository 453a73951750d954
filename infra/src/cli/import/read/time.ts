/**
 * Parses the times of a file. ISO 8601: a date, or a date and time with any offset (UTC if there is none), with a T or a
 * blank between them. Numbers: seconds or milliseconds since 1970, in the range where only one of the two fits (2001 to 2286).
 * Pure.
 */
import { parseInstant } from '@dataloaf/core/values/instant';
import type { Problem } from './outcome.ts';

export type Time = { readonly ok: true; readonly ms: number } | { readonly ok: false; readonly problem: Problem };

const WITH_BLANK = /^(\d{4}-\d{2}-\d{2}) +(?=\d{2}:)/;
/** Postgres writes `+00`. */
const SHORT_OFFSET = /(T.*[+-]\d{2})$/;
const EPOCH = /^\d{10}(?:\d{3})?(?:\.\d+)?$/;
const SECONDS_MIN = 1e9;
const SECONDS_MAX = 1e10;

export function parseTime(value: unknown): Time {
  if (value === undefined || value === null || value === '') return fail('got nothing');
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string') return fail('got neither a string nor a number');
  const text = value.trim();
  if (EPOCH.test(text)) return fromNumber(Number(text));
  const iso = text.replace(WITH_BLANK, '$1T').replace(SHORT_OFFSET, '$1:00');
  const instant = parseInstant(iso, 'the time');
  return instant.ok ? { ok: true, ms: instant.value } : fail('got a string that is not one');
}

function fromNumber(value: number): Time {
  if (value >= SECONDS_MIN && value < SECONDS_MAX) return { ok: true, ms: Math.round(value * 1_000) };
  if (value >= SECONDS_MIN * 1_000 && value < SECONDS_MAX * 1_000) return { ok: true, ms: Math.round(value) };
  return fail('got a number that is neither clearly seconds nor clearly milliseconds since 1970');
}

const fail = (got: string): Time => ({
  ok: false,
  problem: {
    code: 'time_invalid',
    message: `Expected a time such as 2026-11-22, 2026-11-22T06:16:03+01:00 or 1795328163, ${got}.`,
  },
});
