/** The rows that a series counts: a subquery with one row for each event or user, and the columns that its measure needs. */
import { attributesIn, type Filter } from '../model/filter.ts';
import { attributeOf, type Measure } from '../model/measure.ts';
import type { Breakdown, Series } from '../model/trend.ts';
import type { Range } from '../time/model.ts';
import { labelIn, numberIn } from './attribute-path.ts';
import { compileFilters } from './filter.ts';
import { type Params, timestampOf } from './params.ts';
import { inRange } from './range.ts';

/** The part of rows whose attribute is missing or null. No label begins with a minus sign. */
export const NOT_SET = '-';

export interface RowsOptions {
  readonly series: Series;
  /** Holds for every series. */
  readonly filter: Filter | undefined;
  readonly breakdown: Breakdown | undefined;
  readonly range: Range;
  readonly params: Params;
  /** Makes the expression of the bucket from the column with the time; undefined without buckets. */
  readonly bucketOf: ((column: string) => string) | undefined;
  lastDays(range: Range, days: number): Range;
}

const SUBJECTS = {
  events: { table: 'dataloaf.events AS e', user: 'e.user_id', time: 'e.event_created' },
  profiles: { table: 'dataloaf.users AS u', user: 'u.user_id', time: 'u.first_seen' },
} as const;

/** Columns `bucket` and `part` when they are wanted, `user_id`, and `x`: what the measure is computed from. */
export function compileRows(options: RowsOptions): string {
  const { series, filter, breakdown, bucketOf, range, params } = options;
  const { table, user, time } = SUBJECTS[series.subject.kind];
  const { condition, joins } = compileFilters([filter, series.filter], {
    params,
    user,
    lastDays: (days) => options.lastDays(range, days),
  });
  const columns = [
    ...(bucketOf === undefined ? [] : [`${bucketOf(isCumulative(series) ? notBefore(time, range) : time)} AS bucket`]),
    ...(breakdown === undefined ? [] : [`NVL(${labelIn(breakdown.attribute)}, '${NOT_SET}') AS part`]),
    `${user} AS user_id`,
    ...valueColumn(series.measure),
  ];
  return `SELECT ${columns.join(',\n  ')}
FROM ${[table, ...usersJoin(options), ...joins].join('\n')}
WHERE ${timeCondition(time, options)}${eventCondition(series, params)}${condition}`;
}

function valueColumn(measure: Measure): readonly string[] {
  if (measure.kind === 'number') return [`${numberIn(measure.attribute)} AS x`];
  return measure.kind === 'distinct' ? [`${labelIn(measure.attribute)} AS x`] : [];
}

/** Every event's user has a row, but a reader need not rely on it: an event without one has no attributes of a user. */
function usersJoin({ series, filter, breakdown }: RowsOptions): readonly string[] {
  if (series.subject.kind === 'profiles') return [];
  const attributes = [
    ...attributesIn(filter),
    ...attributesIn(series.filter),
    breakdown?.attribute,
    attributeOf(series.measure),
  ];
  const isNeeded = attributes.some((attribute) => attribute?.of === 'user');
  return isNeeded ? ['LEFT JOIN dataloaf.users AS u ON u.user_id = e.user_id'] : [];
}

/** Each bucket counts the users that were known at its end. */
export const isCumulative = ({ subject }: Series): boolean => subject.kind === 'profiles' && subject.which === 'all';

/** Whoever came before the range is counted in its first bucket. */
const notBefore = (time: string, { from }: Range): string =>
  `GREATEST(${time}, CAST('${timestampOf(from)}' AS TIMESTAMP))`;

/** All profiles are those that were known at the end of a bucket, so nothing is cut off at the beginning. */
function timeCondition(time: string, { series, range, params }: RowsOptions): string {
  return isCumulative(series) ? `${time} < ${params.timestamp(range.to)}` : inRange(time, range, params);
}

const eventCondition = ({ subject }: Series, params: Params): string =>
  subject.kind === 'events' && subject.name !== undefined ? `\n  AND e.event_name = ${params.text(subject.name)}` : '';
