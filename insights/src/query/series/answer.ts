/** From the rows of a series question to what `GET /api/series` returns. Instants are ISO 8601 in UTC. */
import { instantOf, numberOf } from '@dataloaf/core/warehouse/rows';
import type { Row } from '@dataloaf/core/warehouse/warehouse';
import type { AsOf } from '../kind.ts';
import { type Bucket, fillBuckets } from '../time/buckets.ts';
import type { Granularity, Range } from '../time/model.ts';
import type { SeriesQuestion } from './model.ts';
import { formatSeries } from './parse.ts';

export interface SeriesAnswer {
  /** The URL form of the query, with a real period in place of a smart one. */
  readonly query: string;
  readonly granularity: Granularity;
  readonly from: string;
  readonly to: string;
  readonly buckets: readonly {
    readonly start: string;
    readonly end: string;
    readonly value: number;
    readonly complete: boolean;
  }[];
  /** Of the whole range; for users not the sum over the buckets. */
  readonly total: number;
  /** From when to when there are events of this name at all; null when there are none. */
  readonly extent: { readonly from: string; readonly to: string } | null;
  /** The newest load when the question was asked; null when that is not known. */
  readonly load_id: number | null;
}

/** `results` has the rows of each statement of `compileSeries`, in its order. @throws WarehouseError */
export function answerSeries(
  question: SeriesQuestion,
  results: readonly (readonly Row[])[],
  { now, completeTo, loadId }: AsOf,
): SeriesAnswer {
  const { query, range, granularity, extent } = question;
  const [rows = [], totalRows] = results;
  const values = new Map(rows.map((row) => [instantOf(row['bucket']).getTime(), numberOf(row['value'])]));
  const buckets = fillBuckets({ range, granularity, values, completeTo: Math.min(now, completeTo ?? now), now });
  return {
    query: formatSeries(query),
    granularity,
    ...isoRange(range),
    buckets: buckets.map(toWire),
    total: totalRows === undefined ? sumOf(buckets) : numberOf(totalRows[0]?.['value']),
    extent: extent === undefined ? null : isoRange(extent),
    load_id: loadId ?? null,
  };
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
