/**
 * Buckets of local time in SQL. The offsets of the zone come from the runtime (`time/offsets.ts`) and enter the text as
 * numbers. They are no parameters: AWS documents those only in conditions, and nobody typed them.
 */

import type { Calendar } from '../time/calendar.ts';
import type { Granularity, Range } from '../time/model.ts';
import type { Offset } from '../time/offsets.ts';
import { timestampOf } from './params.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;

/**
 * The bucket of a TIMESTAMP column, as `keyOf` in `time/buckets.ts` computes it: the local time at which it begins, or for
 * hours the instant.
 */
export function bucketOf(
  column: string,
  granularity: Granularity,
  { calendar, range }: { readonly calendar: Calendar; readonly range: Range },
): string {
  const offsets = calendar.offsetsIn(range);
  const isSunday = granularity === 'week' && calendar.weekStart === 'sunday';
  // Hours begin at the same instants in every zone whose offset is whole hours.
  if (granularity === 'hour' && isMultiple(offsets, HOUR_MS)) return `DATE_TRUNC('hour', ${column})`;
  const shift = shiftOf(column, offsets);
  const local = shift === '' ? column : `${column} + ${shift}`;
  if (granularity === 'hour') return `DATE_TRUNC('hour', ${local}) - ${shift}`;
  if (isSunday) return `DATE_TRUNC('week', ${local} + INTERVAL '1 day') - INTERVAL '1 day'`;
  return `DATE_TRUNC('${granularity}', ${local})`;
}

/** Whether quarters of an hour in UTC are never cut by a bucket, so that the rollup can be used. */
export const isOnQuarters = (offsets: readonly Offset[]): boolean => isMultiple(offsets, QUARTER_MS);

const isMultiple = (offsets: readonly Offset[], unit: number): boolean =>
  offsets.every(({ offset }) => offset % unit === 0);

/** What to add to the column to get local time: nothing, one interval, or one for each stretch, the latest first. */
function shiftOf(column: string, offsets: readonly Offset[]): string {
  const seconds = offsets.map(({ offset }) => Math.round(offset / SECOND_MS));
  const first = seconds[0] ?? 0;
  if (seconds.every((value) => value === first)) return first === 0 ? '' : `${first} * INTERVAL '1 second'`;
  const whens = offsets
    .slice(1)
    .map(({ from }, index) => `WHEN ${column} >= '${timestampOf(from)}' THEN ${seconds[index + 1]}`)
    .toReversed();
  return `CASE ${whens.join(' ')} ELSE ${first} END * INTERVAL '1 second'`;
}
