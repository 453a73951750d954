/**
 * From a series question to Redshift SQL. Event counts come from the rollup, summed over its loads; users are counted
 * exactly, from the events. Anything a person typed is a parameter: only members of our own unions enter the SQL text.
 */
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { eventParams, inRange, onlyEvent, rangeParams } from '../conditions.ts';
import { BUCKETS_MAX } from '../limits.ts';
import type { SeriesQuestion } from './model.ts';

/** The buckets, and for users a second statement with the total. */
export function compileSeries(question: SeriesQuestion): readonly Statement[] {
  const buckets = compileBuckets(question);
  return question.query.measure === 'users' ? [buckets, compileUsersTotal(question)] : [buckets];
}

const SOURCES = {
  events: { value: 'SUM(events)', table: 'dataloaf.event_rollup', time: 'quarter_hour' },
  users: { value: 'COUNT(DISTINCT user_id)', table: 'dataloaf.events', time: 'event_created' },
} as const;

/** Columns `bucket` (its start) and `value`. Buckets without events have no row. */
function compileBuckets(question: SeriesQuestion): Statement {
  const { query, granularity } = question;
  const { value, table, time } = SOURCES[query.measure];
  return {
    name: `series_${query.measure}_by_${granularity}`,
    text: `SELECT DATE_TRUNC('${granularity}', ${time}) AS bucket,
       ${value} AS value
FROM ${table}
WHERE ${inRange(time)}${onlyEvent('\n  AND ', query.event)}
GROUP BY 1
ORDER BY 1
LIMIT ${BUCKETS_MAX}`,
    params: { ...rangeParams(question.range), ...eventParams(query.event) },
  };
}

/** Column `value`: users of the whole range. A sum over the buckets would count a returning user twice. */
function compileUsersTotal({ query, range }: SeriesQuestion): Statement {
  return {
    name: 'users_total',
    text: `SELECT COUNT(DISTINCT user_id) AS value
FROM dataloaf.events
WHERE ${inRange('event_created')}${onlyEvent('\n  AND ', query.event)}`,
    params: { ...rangeParams(range), ...eventParams(query.event) },
  };
}
