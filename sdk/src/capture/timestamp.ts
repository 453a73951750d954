import { types } from 'node:util';
import { instantOf, parseInstant, TIME_RANGE } from '@dataloaf/core/values/instant';
import { accept, kindOf, type Parsed, reject } from '@dataloaf/core/values/parsed';

/** UTC milliseconds of a Date, of milliseconds since 1970, or of a string that the API takes for a time. */
export function parseTimestamp(value: unknown): Parsed<number> {
  if (typeof value === 'string') return parseInstant(value, 'timestamp');
  const ms = instantOf(msOf(value));
  if (ms !== undefined) return accept(ms);
  return reject(
    'time_invalid',
    `Expected timestamp to be a valid Date, milliseconds or ISO 8601, ${TIME_RANGE}, got ${kindOf(value)}.`,
  );
}

function msOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return types.isDate(value) ? value.getTime() : Number.NaN;
}
