/**
 * From the rows of a trend to what `GET /api/query` returns. Values are columns, one array for each line of the chart, so
 * that thousands of buckets stay small. Instants are ISO 8601 in UTC; `starts` are UTC milliseconds.
 */
import { instantOf, numberOf, textOf } from '@dataloaf/core/warehouse/rows';
import type { Row } from '@dataloaf/core/warehouse/warehouse';
import type { AsOf } from '../kind.ts';
import { evaluate, type Formula } from '../model/formula.ts';
import { emptyValueOf, isAdditive } from '../model/measure.ts';
import { type Series, seriesId, type TrendQuestion } from '../model/trend.ts';
import { isCumulative } from '../sql/measured-rows.ts';
import { planTrend, type TrendPart } from '../sql/trend.ts';
import { type Buckets, bucketsOf, keyOf, partialBuckets } from '../time/buckets.ts';
import type { Granularity, Range } from '../time/model.ts';
import { formatTrend } from '../url/trend.ts';
import { type Part, partOf } from './part.ts';

export interface TrendAnswer {
  readonly kind: 'trend';
  /** The URL form of the query, with a real period in place of a smart one. */
  readonly query: string;
  readonly granularity: Granularity;
  readonly from: string;
  readonly to: string;
  /** The start of each bucket, in UTC milliseconds. A bucket ends where the next one starts. */
  readonly starts: readonly number[];
  /** The end of the last bucket. */
  readonly end: number;
  /** Positions of buckets that are still open, still loading, or cut off by the range. */
  readonly partial: readonly number[];
  /** A to E, then the formula. */
  readonly series: readonly SeriesAnswer[];
  /** The range before that `previous` is about; null without a comparison. Totals end at `elapsed_to`. */
  readonly compared_with: { readonly from: string; readonly to: string; readonly elapsed_to: string } | null;
  /** From when to when series A has events at all; null when it has none. */
  readonly extent: { readonly from: string; readonly to: string } | null;
  /** The newest load when the question was asked; null when that is not known. */
  readonly load_id: number | null;
}

export interface SeriesAnswer {
  /** `A` to `E`, or `formula`. */
  readonly id: string;
  /** The greatest first, Other last. Without a breakdown there is one, whose `part` is null. */
  readonly lines: readonly Line[];
}

export interface Line {
  readonly part: Part | null;
  /** One for each bucket; null where there is nothing to compute, such as an average of no number. */
  readonly values: readonly (number | null)[];
  /** Of the whole range. Users, averages and percentiles are computed for it, never summed over the buckets. */
  readonly total: number | null;
  readonly previous: { readonly values: readonly (number | null)[]; readonly total: number | null } | null;
}

/** `results` has the rows of each statement of `compileTrend`, in its order. @throws WarehouseError */
export function answerTrend(question: TrendQuestion, results: readonly (readonly Row[])[], asOf: AsOf): TrendAnswer {
  const { query, range, granularity, extent, previous } = question;
  const parts = planTrend(question).map((part, index) => ({ ...part, rows: results[index] ?? [] }));
  const buckets = bucketsOf({ ...question, until: Math.max(asOf.now, lastStart(question, parts)) });
  const series = query.series.map((one, index) => ({
    id: seriesId(index),
    lines: linesOf(
      { question, series: one, buckets },
      parts.filter((part) => part.series === index),
    ),
  }));
  return {
    kind: 'trend',
    query: formatTrend(query),
    granularity,
    ...isoRange(range),
    starts: buckets.starts,
    end: buckets.end,
    partial: partialBuckets(buckets, range, Math.min(asOf.now, asOf.completeTo ?? asOf.now)),
    series: query.formula === undefined ? series : [...series, formulaSeries(query.formula, series)],
    compared_with: previous === undefined ? null : { ...isoRange(previous), elapsed_to: isoOf(previous.elapsedTo) },
    extent: extent === undefined ? null : isoRange(extent),
    load_id: asOf.loadId ?? null,
  };
}

const isoOf = (ms: number): string => new Date(ms).toISOString();
const isoRange = ({ from, to }: Range) => ({ from: isoOf(from), to: isoOf(to) });

interface Read extends TrendPart {
  readonly rows: readonly Row[];
}

/** The start of the last bucket of the range that has rows. */
function lastStart({ granularity, calendar }: TrendQuestion, parts: readonly Read[]): number {
  const keys = parts
    .filter(({ of, gives }) => of === 'present' && gives === 'buckets')
    .flatMap(({ rows }) => rows.map((row) => instantOf(row['bucket']).getTime()));
  const last = keys.reduce((latest, key) => Math.max(latest, key), Number.NEGATIVE_INFINITY);
  return granularity === 'hour' || !Number.isFinite(last) ? last : calendar.instantOf(last);
}

interface Drawn {
  readonly question: TrendQuestion;
  readonly series: Series;
  readonly buckets: Buckets;
}

function linesOf(drawn: Drawn, parts: readonly Read[]): readonly Line[] {
  const { question, series, buckets } = drawn;
  const rowsOf = (of: Read['of'], gives: Read['gives']): readonly Row[] | undefined =>
    parts.find((part) => part.of === of && part.gives === gives)?.rows;
  const values = columns(drawn, buckets, rowsOf('present', 'buckets') ?? []);
  const totals = totalsOf(rowsOf('present', 'total'));
  const before = previousColumns(drawn, rowsOf('previous', 'buckets'));
  const totalsBefore = totalsOf(rowsOf('previous', 'total'));
  const empty = emptyValueOf(series.measure);
  const keys =
    question.query.breakdown === undefined ? [''] : [...new Set([...values.keys(), ...(totals?.keys() ?? [])])];
  const nothing = buckets.starts.map(() => empty);
  const lines = keys.map((key) => {
    const column = values.get(key) ?? nothing;
    return {
      part: question.query.breakdown === undefined ? null : partOf(key),
      values: column,
      total: totals === undefined ? totalFrom(series, column) : (totals.get(key) ?? empty),
      previous:
        before === undefined ? null : { values: before.get(key) ?? nothing, total: totalsBefore?.get(key) ?? empty },
    };
  });
  return lines.toSorted(byTotal);
}

const byTotal = (left: Line, right: Line): number =>
  Number(left.part?.of === 'other') - Number(right.part?.of === 'other') ||
  (right.total ?? Number.NEGATIVE_INFINITY) - (left.total ?? Number.NEGATIVE_INFINITY);

function totalFrom(series: Series, column: readonly (number | null)[]): number | null {
  if (isCumulative(series)) return column.at(-1) ?? 0;
  return isAdditive(series.measure) ? column.reduce<number>((sum, value) => sum + (value ?? 0), 0) : null;
}

/** The values of each part, in the order of the buckets. */
function columns(
  { question, series }: Drawn,
  { starts }: Buckets,
  rows: readonly Row[],
): ReadonlyMap<string, readonly (number | null)[]> {
  const { granularity, calendar } = question;
  const byPart = new Map<string, Map<number, number>>();
  for (const row of rows) {
    const value = cellOf(row);
    if (value === null) continue;
    const part = partKey(row);
    const known = byPart.get(part) ?? new Map<number, number>();
    byPart.set(part, known.set(instantOf(row['bucket']).getTime(), value));
  }
  const empty = emptyValueOf(series.measure);
  const keys = starts.map((start) => keyOf(start, granularity, calendar));
  const column = (values: ReadonlyMap<number, number>) => keys.map((key) => values.get(key) ?? empty);
  const finish = isCumulative(series) ? runningSum : (values: readonly (number | null)[]) => values;
  return new Map([...byPart].map(([part, values]) => [part, finish(column(values))]));
}

function runningSum(values: readonly (number | null)[]): readonly number[] {
  let sum = 0;
  return values.map((value) => {
    sum += value ?? 0;
    return sum;
  });
}

/** Each value beside the bucket at the same position of the present range; null beyond the end of the range before. */
function previousColumns(
  drawn: Drawn,
  rows: readonly Row[] | undefined,
): ReadonlyMap<string, readonly (number | null)[]> | undefined {
  const { question, buckets } = drawn;
  const { previous, granularity, calendar } = question;
  if (previous === undefined || rows === undefined) return undefined;
  const before = bucketsOf({ range: previous, granularity, calendar, until: previous.to });
  const aligned = (values: readonly (number | null)[]) => buckets.starts.map((_, index) => values[index] ?? null);
  return new Map([...columns(drawn, before, rows)].map(([part, values]) => [part, aligned(values)]));
}

const totalsOf = (rows: readonly Row[] | undefined): ReadonlyMap<string, number | null> | undefined =>
  rows === undefined ? undefined : new Map(rows.map((row) => [partKey(row), cellOf(row)]));

const partKey = (row: Row): string => (row['part'] === undefined ? '' : textOf(row['part']));
const cellOf = (row: Row): number | null => (row['value'] === null ? null : numberOf(row['value']));

/** The formula of the lines with the same part. */
function formulaSeries(formula: Formula, series: readonly SeriesAnswer[]): SeriesAnswer {
  const keyOfLine = ({ part }: Line): string => JSON.stringify(part);
  const byKey = series.map(({ lines }) => new Map(lines.map((line) => [keyOfLine(line), line])));
  const parts = new Map(series.flatMap(({ lines }) => lines.map((line) => [keyOfLine(line), line] as const)));
  const lines = [...parts].map(([key, { part, values, previous }]) => {
    const compute = (read: (line: Line) => number | null | undefined): number | null =>
      evaluate(formula, (index) => {
        const line = byKey[index]?.get(key);
        return line === undefined ? null : (read(line) ?? null);
      });
    const each = (read: (line: Line, at: number) => number | null | undefined) =>
      values.map((_, at) => compute((line) => read(line, at)));
    return {
      part,
      values: each((line, at) => line.values[at]),
      total: compute((line) => line.total),
      previous:
        previous === null
          ? null
          : {
              values: each((line, at) => line.previous?.values[at]),
              total: compute((line) => line.previous?.total),
            },
    };
  });
  return { id: 'formula', lines: lines.toSorted(byTotal) };
}
