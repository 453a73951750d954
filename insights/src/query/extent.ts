/** From when to when there are events: what "all time" and the smart period mean, for any kind of question. */
import { instantOf } from '@dataloaf/core/warehouse/rows';
import type { Row, Statement } from '@dataloaf/core/warehouse/warehouse';
import { eventParams, onlyEvent } from './conditions.ts';
import type { Range } from './time/model.ts';

const QUARTER_MS = 900_000;

/** Columns `first_quarter` and `last_quarter`, both null when there are no events. */
export function compileExtent(event: string | undefined): Statement {
  return {
    name: 'extent',
    text: `SELECT MIN(quarter_hour) AS first_quarter,
       MAX(quarter_hour) AS last_quarter
FROM dataloaf.event_rollup${onlyEvent('\nWHERE ', event)}`,
    params: eventParams(event),
  };
}

/** Undefined when there are no events. @throws WarehouseError */
export function extentOf(rows: readonly Row[]): Range | undefined {
  const first = rows[0]?.['first_quarter'] ?? null;
  const last = rows[0]?.['last_quarter'] ?? null;
  if (first === null || last === null) return undefined;
  return { from: instantOf(first).getTime(), to: instantOf(last).getTime() + QUARTER_MS };
}
