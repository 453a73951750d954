/** Ranges of time in SQL. */
import type { Range } from '../time/model.ts';
import type { Params } from './params.ts';

/** A condition on a TIMESTAMP column. */
export const inRange = (column: string, { from, to }: Range, params: Params): string =>
  `${column} >= ${params.timestamp(from)}
  AND ${column} < ${params.timestamp(to)}`;
