/**
 * From a question to Redshift SQL. Counts come from the rollup, whose rows are summed over loads; users are counted exactly
 * from the events. Whatever a person typed is a parameter: the text differs only by the cases of our own unions.
 */
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { BUCKETS_MAX, EVENT_NAMES_MAX } from '../limits.ts';
import type { Question } from './model.ts';

/** Columns `bucket` (start of the bucket) and `value`; buckets without events are not there. */
export function compileSeries(question: Question): Statement {
  const { event, measure, granularity } = question;
  const { value, table, time } = SOURCES[measure];
  return {
    name: `series_${measure}_by_${granularity}`,
    text: `SELECT DATE_TRUNC('${granularity}', ${time}) AS bucket,
       ${value} AS value
FROM ${table}
WHERE ${time} >= CAST(:from AS TIMESTAMP)
  AND ${time} < CAST(:to AS TIMESTAMP)${onlyEvent('\n  AND ', event)}
GROUP BY 1
ORDER BY 1
LIMIT ${BUCKETS_MAX}`,
    params: { ...rangeParams(question), ...eventParams(event) },
  };
}

/** Column `value`: users of the whole range. Never the sum over buckets, in which who comes twice counts twice. */
export function compileUsersTotal(question: Question): Statement {
  return {
    name: 'users_total',
    text: `SELECT COUNT(DISTINCT user_id) AS value
FROM dataloaf.events
WHERE event_created >= CAST(:from AS TIMESTAMP)
  AND event_created < CAST(:to AS TIMESTAMP)${onlyEvent('\n  AND ', question.event)}`,
    params: { ...rangeParams(question), ...eventParams(question.event) },
  };
}

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

/** Columns `event_name` and `events`, most frequent first; one more than is shown, to tell that there are more. */
export const EVENT_NAMES: Statement = {
  name: 'event_names',
  text: `SELECT event_name,
       SUM(events) AS events
FROM dataloaf.event_rollup
GROUP BY event_name
ORDER BY events DESC, event_name
LIMIT ${EVENT_NAMES_MAX + 1}`,
  params: {},
};

const SOURCES = {
  events: { value: 'SUM(events)', table: 'dataloaf.event_rollup', time: 'quarter_hour' },
  users: { value: 'COUNT(DISTINCT user_id)', table: 'dataloaf.events', time: 'event_created' },
} as const;

const onlyEvent = (before: string, event: string | undefined): string =>
  event === undefined ? '' : `${before}event_name = :event`;

const eventParams = (event: string | undefined): Readonly<Record<string, string>> =>
  event === undefined ? {} : { event };

const rangeParams = ({ range }: Question): Readonly<Record<string, string>> => ({
  from: timestampOf(range.from),
  to: timestampOf(range.to),
});

/** `2026-11-22 06:15:00`, as both databases read it; bounds are whole quarter hours, so nothing is cut off. */
const timestampOf = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
