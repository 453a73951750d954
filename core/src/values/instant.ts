/** Instants on the wire: ISO 8601 with any offset, kept as UTC milliseconds. Without an offset a time is UTC. */
import { accept, kindOf, type Parsed, reject } from './parsed.ts';

const ISO = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/;

/** The instant in milliseconds since 1970, of a text such as `2026-11-22T06:16:03.123+01:00` or `2026-11-22`. */
export function parseInstant(value: unknown, field: string): Parsed<number> {
  const ms = typeof value === 'string' ? msOf(value) : undefined;
  if (ms !== undefined) return accept(ms);
  return reject(
    'time_invalid',
    `Expected ${field} to be an ISO 8601 time such as 2026-11-22T06:16:03.123Z, got ${kindOf(value)} that is none.`,
  );
}

function msOf(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, day = '', time = '00:00', offset = 'Z'] = match;
  // JavaScript rolls 30 February over into March; a wrong day is a mistake that nobody would see later.
  const midnight = Date.parse(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(day)) return undefined;
  const ms = Date.parse(`${day}T${time}${withColon(offset)}`);
  // Offsets reach beyond the years that four digits can name.
  return Number.isNaN(ms) || ms < Date.parse('0001-01-01T00:00:00Z') || ms > 253_402_300_799_999 ? undefined : ms;
}

const withColon = (offset: string): string =>
  offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset;
