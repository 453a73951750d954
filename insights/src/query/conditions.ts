/** Conditions that several statements share, with their parameters. Anything a person typed is a parameter, never SQL text. */
import type { Range } from './time/model.ts';

type Params = Readonly<Record<string, string>>;

/** A condition on `event_name` after `before` (such as `WHERE `), or nothing for all events. */
export const onlyEvent = (before: string, event: string | undefined): string =>
  event === undefined ? '' : `${before}event_name = :event`;

export const eventParams = (event: string | undefined): Params => (event === undefined ? {} : { event });

/** A condition on a TIMESTAMP column. Bounds are whole quarter hours, so the rollup's buckets are never cut. */
export const inRange = (column: string): string => `${column} >= CAST(:range_from AS TIMESTAMP)
  AND ${column} < CAST(:range_to AS TIMESTAMP)`;

export const rangeParams = ({ from, to }: Range): Params => ({
  range_from: timestampOf(from),
  range_to: timestampOf(to),
});

/** `2026-11-22 06:15:00`, which Redshift and Postgres read alike. */
const timestampOf = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
