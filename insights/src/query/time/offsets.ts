/**
 * The offsets of a time zone from UTC, from the tables that come with the runtime (Intl). Nothing else decides where a day
 * begins: the tables of a warehouse may be older, and a library would bring a third copy.
 */

/** A stretch of time with one offset: until `to`, clocks show UTC plus `offset`. UTC milliseconds. */
export interface Offset {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

const SECOND_MS = 1_000;
/** No zone has changed its clocks twice within less (Morocco's pause for Ramadan is four weeks, Egypt's of 2010 a month). */
const STEP_MS = 10 * 86_400_000;
const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+){0,2}$/;

/** Whether the runtime knows the zone. Only names: an offset such as +05:30 has no daylight-saving time. */
export function isZone(name: string): boolean {
  if (name.length > 64 || !ZONE.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The offsets of a zone, from one before `from` to the one at `to`, without a gap. */
export function offsetsIn(zone: string, from: number, to: number): readonly Offset[] {
  if (zone === 'UTC') return [{ from, to, offset: 0 }];
  const offsetAt = readerOf(zone);
  const found: Offset[] = [];
  let start = from;
  let offset = offsetAt(from);
  for (let at = from; at < to; ) {
    const next = Math.min(at + STEP_MS, to);
    if (offsetAt(next) !== offset) {
      const change = firstOther(offsetAt, { from: at, to: next }, offset);
      found.push({ from: start, to: change, offset });
      start = change;
      offset = offsetAt(change);
      at = change;
    } else {
      at = next;
    }
  }
  return [...found, { from: start, to, offset }];
}

/** The first whole second with another offset. `from` has `offset`, `to` has another one. */
function firstOther(offsetAt: (ms: number) => number, range: { from: number; to: number }, offset: number): number {
  let before = Math.floor(range.from / SECOND_MS);
  let after = Math.ceil(range.to / SECOND_MS);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle * SECOND_MS) === offset) before = middle;
    else after = middle;
  }
  return after * SECOND_MS;
}

function readerOf(zone: string): (ms: number) => number {
  const format = formatOf(zone);
  return (ms) => parseOffset(format.format(ms));
}

const formatOf = (zone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset', year: 'numeric' });

/** From `2026 GMT+05:45`, `1880 GMT+00:09:21` or `2026 GMT`. */
function parseOffset(text: string): number {
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /GMT(?:([+-])(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?)?$/.exec(text) ?? [];
  const length = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * SECOND_MS;
  return sign === '-' ? -length : length;
}
