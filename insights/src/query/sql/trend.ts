/**
 * From a trend to Redshift SQL. Each series has a statement for its buckets and, when the value of the range does not follow
 * from those of the buckets, one for its total; with a comparison, both again for the range before. A breakdown shows the
 * parts that are greatest in the present range, and all others as one.
 */
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { BUCKETS_MAX, BUCKETS_WITH_BREAKDOWN_MAX } from '../model/limits.ts';
import { isAdditive, type Measure, type OfNumbers, type PerUser } from '../model/measure.ts';
import { type PreviousRange, type Series, seriesId, type TrendQuestion } from '../model/trend.ts';
import type { Range } from '../time/model.ts';
import { compileRows, isCumulative, type RowsOptions } from './measured-rows.ts';
import { createParams, type Params } from './params.ts';
import { inRange } from './range.ts';
import { bucketOf, isOnQuarters } from './zone.ts';

/** The part of all rows whose value is not among the greatest. */
export const OTHER = '+';

/** What a statement of a trend computes. */
export interface TrendPart {
  /** Position of the series: 0 is A. */
  readonly series: number;
  readonly of: 'present' | 'previous';
  readonly gives: 'buckets' | 'total';
  readonly range: Range;
}

/** What has to be computed, in the order of the statements. */
export function planTrend({ query, range, previous }: TrendQuestion): readonly TrendPart[] {
  return query.series.flatMap((series, index): readonly TrendPart[] => [
    { series: index, of: 'present', gives: 'buckets', range },
    ...(needsTotal(series) ? [{ series: index, of: 'present', gives: 'total', range } as const] : []),
    ...(previous === undefined ? [] : planPrevious(index, previous)),
  ]);
}

/** Its total is that of the part that has passed in the present range, so that like is compared with like. */
const planPrevious = (series: number, { from, to, elapsedTo }: PreviousRange): readonly TrendPart[] => [
  { series, of: 'previous', gives: 'buckets', range: { from, to } },
  { series, of: 'previous', gives: 'total', range: { from, to: elapsedTo } },
];

/** All profiles at the end of the range are those at the end of its last bucket. */
const needsTotal = (series: Series): boolean => !isAdditive(series.measure) && !isCumulative(series);

export const compileTrend = (question: TrendQuestion): readonly Statement[] =>
  planTrend(question).map((part) => compilePart(question, part));

interface Asked {
  readonly question: TrendQuestion;
  readonly series: Series;
  readonly part: TrendPart;
  readonly params: Params;
}

/** Columns `bucket` (only of buckets), `part` (only with a breakdown) and `value`. Empty buckets and parts have no row. */
function compilePart(question: TrendQuestion, part: TrendPart): Statement {
  const params = createParams();
  const series = question.query.series[part.series] ?? question.query.series[0];
  const asked = { question, series, part, params };
  const text = isInRollup(asked) ? rollupText(asked) : rowsText(asked);
  return { name: `trend_${seriesId(part.series).toLowerCase()}_${part.of}_${part.gives}`, text, params: params.values };
}

/** The rollup knows how many events of each name a quarter of an hour has, and nothing else. */
function isInRollup({ question, series, part }: Asked): boolean {
  const { query, calendar } = question;
  return (
    series.subject.kind === 'events' &&
    series.measure.kind === 'events' &&
    series.filter === undefined &&
    query.filter === undefined &&
    query.breakdown === undefined &&
    isOnQuarters(calendar.offsetsIn(part.range))
  );
}

function rollupText({ question, series, part, params }: Asked): string {
  const { granularity, calendar } = question;
  const name = series.subject.kind === 'events' ? series.subject.name : undefined;
  const from = `FROM dataloaf.event_rollup
WHERE ${inRange('quarter_hour', part.range, params)}${name === undefined ? '' : `\n  AND event_name = ${params.text(name)}`}`;
  if (part.gives === 'total') return `SELECT SUM(events) AS value\n${from}`;
  const bucket = bucketOf('quarter_hour', granularity, { calendar, range: part.range });
  return `SELECT ${bucket} AS bucket,\n  SUM(events) AS value\n${from}\nGROUP BY 1\nORDER BY 1\nLIMIT ${BUCKETS_MAX}`;
}

function rowsText({ question, series, part, params }: Asked): string {
  const { query, granularity, calendar, range: present } = question;
  const { gives, range } = part;
  const options: RowsOptions = {
    series,
    filter: query.filter,
    breakdown: query.breakdown,
    range,
    params,
    bucketOf: gives === 'total' ? undefined : (column) => bucketOf(column, granularity, { calendar, range }),
    lastDays: ({ to }, days) => ({ from: calendar.addTo(to, 'day', -days), to }),
  };
  const keys = [...(gives === 'buckets' ? ['bucket'] : []), ...(query.breakdown === undefined ? [] : ['part'])];
  const rows = query.breakdown === undefined ? compileRows(options) : withTopParts(options, present);
  return `${measured(series.measure, keys, rows)}${keys.length === 0 ? '' : `\nLIMIT ${rowsMax(question)}`}`;
}

const rowsMax = ({ query }: TrendQuestion): number =>
  query.breakdown === undefined ? BUCKETS_MAX : BUCKETS_WITH_BREAKDOWN_MAX * (query.breakdown.top + 1);

/** The same rows, but parts that are not among the greatest of the present range are called other. */
function withTopParts(options: RowsOptions, present: Range): string {
  const columns = options.bucketOf === undefined ? '' : 'r.bucket, ';
  const value = options.series.measure.kind === 'number' || options.series.measure.kind === 'distinct' ? ', r.x' : '';
  const top = measured(
    options.series.measure,
    ['part'],
    compileRows({ ...options, range: present, bucketOf: undefined }),
  );
  return `SELECT ${columns}CASE WHEN t.part IS NULL THEN '${OTHER}' ELSE t.part END AS part, r.user_id${value}
FROM (
${compileRows(options)}
) AS r
LEFT JOIN (
${top}
ORDER BY 2 DESC NULLS LAST, 1
LIMIT ${options.breakdown?.top ?? 0}
) AS t ON t.part = r.part`;
}

/** The measure of the rows, for each combination of the keys. */
function measured(measure: Measure, keys: readonly string[], rows: string): string {
  const columns = keys.map((key) => `s.${key}`);
  const groupBy = (count: number): string =>
    count === 0 ? '' : `\nGROUP BY ${Array.from({ length: count }, (_, index) => index + 1).join(', ')}`;
  const select = (value: string, from: string): string =>
    `SELECT ${[...columns, `${value} AS value`].join(', ')}\nFROM (\n${from}\n) AS s${groupBy(keys.length)}`;
  if (measure.kind !== 'users' && measure.kind !== 'per_user') return select(aggregateOf(measure), rows);
  // Grouping by user first is faster than COUNT(DISTINCT) over a long range.
  const perUser = `SELECT ${[...keys.map((key) => `g.${key}`), 'g.user_id', 'COUNT(*) AS events'].join(', ')}
FROM (
${rows}
) AS g${groupBy(keys.length + 1)}`;
  return select(measure.kind === 'users' ? 'COUNT(*)' : PER_USER_SQL[measure.statistic], perUser);
}

function aggregateOf(measure: Measure): string {
  if (measure.kind === 'number') return NUMBER_SQL[measure.statistic];
  return measure.kind === 'distinct' ? 'COUNT(DISTINCT s.x)' : 'COUNT(*)';
}

/** The only sort aggregate of its SELECT, as Redshift demands. */
const percentile = (share: number, column: string): string =>
  `PERCENTILE_CONT(${share}) WITHIN GROUP (ORDER BY ${column})`;

const NUMBER_SQL: Readonly<Record<OfNumbers, string>> = {
  sum: 'SUM(s.x)',
  avg: 'AVG(s.x)',
  min: 'MIN(s.x)',
  max: 'MAX(s.x)',
  median: percentile(0.5, 's.x'),
  p90: percentile(0.9, 's.x'),
  p99: percentile(0.99, 's.x'),
};

const PER_USER_SQL: Readonly<Record<PerUser, string>> = {
  avg: 'AVG(CAST(s.events AS FLOAT8))',
  median: percentile(0.5, 's.events'),
  min: 'MIN(s.events)',
  max: 'MAX(s.events)',
};
