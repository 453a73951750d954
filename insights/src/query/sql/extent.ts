/** From when to when there are events: what "all time" and the smart period mean, for any kind of question. */
import { instantOf } from '@dataloaf/core/warehouse/rows';
import type { Row, Statement } from '@dataloaf/core/warehouse/warehouse';
import type { Subject } from '../model/trend.ts';
import type { Range } from '../time/model.ts';
import { createParams } from './params.ts';

const QUARTER_MS = 900_000;

/** Columns `first_at` and `last_at`, both null when there is nothing. Of events, both are starts of a quarter of an hour. */
export function compileExtent(subject: Subject): Statement {
  const params = createParams();
  return { name: 'extent', text: extentText(subject, params.text), params: params.values };
}

function extentText(subject: Subject, param: (value: string) => string): string {
  if (subject.kind === 'profiles') {
    return `SELECT MIN(first_seen) AS first_at,
       MAX(first_seen) AS last_at
FROM dataloaf.users`;
  }
  const where = subject.name === undefined ? '' : `\nWHERE event_name = ${param(subject.name)}`;
  return `SELECT MIN(quarter_hour) AS first_at,
       MAX(quarter_hour) AS last_at
FROM dataloaf.event_rollup${where}`;
}

/** In whole quarters of an hour. Undefined when there is nothing. @throws WarehouseError */
export function extentOf(rows: readonly Row[]): Range | undefined {
  const first = rows[0]?.['first_at'] ?? null;
  const last = rows[0]?.['last_at'] ?? null;
  if (first === null || last === null) return undefined;
  const floor = (ms: number): number => Math.floor(ms / QUARTER_MS) * QUARTER_MS;
  return { from: floor(instantOf(first).getTime()), to: floor(instantOf(last).getTime()) + QUARTER_MS };
}
