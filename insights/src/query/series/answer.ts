/** Answers one query: settles what it leaves open, asks the warehouse, fills the buckets. */
import type { LastTick } from '@dataloaf/core/last-tick';
import { instantOf, numberOf } from '@dataloaf/core/warehouse/rows';
import type { Row, Statement } from '@dataloaf/core/warehouse/warehouse';
import type { SeriesAnswer } from '../answers.ts';
import { type Bucket, fillBuckets } from '../time/buckets.ts';
import { settlePeriod, settleRange } from '../time/range.ts';
import { compileExtent, compileSeries, compileUsersTotal } from './compile.ts';
import type { Query, Question, Range } from './model.ts';
import { formatQuery } from './parse.ts';

const QUARTER_MS = 900_000;

export interface SeriesSources {
  readonly read: (statement: Statement) => Promise<readonly Row[]>;
  readonly tick: LastTick | undefined;
  readonly now: number;
}

export async function readSeries(query: Query, { read, tick, now }: SeriesSources): Promise<SeriesAnswer> {
  const extent = extentOf(await read(compileExtent(query.event)));
  const moment = { now, extent };
  const { range, granularity } = settleRange(query.period, moment, query.granularity);
  const question: Question = { event: query.event, measure: query.measure, range, granularity };

  const [rows, usersTotal] = await Promise.all([
    read(compileSeries(question)),
    query.measure === 'users' ? read(compileUsersTotal(question)) : undefined,
  ]);
  const values = new Map(rows.map((row) => [instantOf(row['bucket']).getTime(), numberOf(row['value'])]));
  const completeTo = Math.min(now, tick?.completeTo?.getTime() ?? now);
  const buckets = fillBuckets({ range, granularity, values, completeTo, now });
  return {
    query: formatQuery({ ...query, period: settlePeriod(query.period, moment) }),
    granularity,
    ...isoRange(range),
    buckets: buckets.map(toWire),
    total: usersTotal === undefined ? sumOf(buckets) : numberOf(usersTotal[0]?.['value']),
    extent: extent === undefined ? null : isoRange(extent),
    load_id: tick?.loadId ?? null,
  };
}

function extentOf(rows: readonly Row[]): Range | undefined {
  const first = rows[0]?.['first_quarter'] ?? null;
  const last = rows[0]?.['last_quarter'] ?? null;
  return first === null || last === null
    ? undefined
    : { from: instantOf(first).getTime(), to: instantOf(last).getTime() + QUARTER_MS };
}

const isoOf = (ms: number): string => new Date(ms).toISOString();
const isoRange = ({ from, to }: Range) => ({ from: isoOf(from), to: isoOf(to) });
const toWire = ({ start, end, value, isComplete }: Bucket) => ({
  start: isoOf(start),
  end: isoOf(end),
  value,
  complete: isComplete,
});
const sumOf = (buckets: readonly Bucket[]): number => buckets.reduce((sum, bucket) => sum + bucket.value, 0);
