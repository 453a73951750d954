/** The events half of a load: staged lines become events, keys, rollup rows and conflicts. */
import { EVENT_COLUMNS } from '../../values/event.ts';
import type { Statement } from '../warehouse.ts';
import { copyManifest, copyName } from './copy.ts';
import { createStaging } from './create-table.ts';
import { dayOfHex, idHex } from './id-day.ts';
import { LOAD_ID } from './mutex.ts';

const COLUMNS = Object.keys(EVENT_COLUMNS).join(', ');

const STAGING = 't_events';
export const COPY_EVENTS = copyName(STAGING);

export const stageEvents = (manifestUri: string, roleArn: string): readonly Statement[] => [
  createStaging(STAGING, EVENT_COLUMNS),
  copyManifest({ table: STAGING, columns: EVENT_COLUMNS, uri: manifestUri, roleArn }),
];

export const loadEvents: readonly Statement[] = [
  {
    // Before anything is inserted: one row per id, without the ids that the warehouse has.
    name: 'choose_new_events',
    text: `CREATE TEMP TABLE t_new AS
SELECT ${COLUMNS}, id_day
FROM (
  SELECT ${COLUMNS}, ${dayOfHex('id_hex')} AS id_day
  FROM (
    SELECT ${COLUMNS}, ${idHex('event_id')} AS id_hex,
      ROW_NUMBER() OVER (PARTITION BY event_id ORDER BY event_created, event_name, user_id) AS nth
    FROM t_events
  ) AS r
  WHERE r.nth = 1
) AS s
WHERE NOT EXISTS (
  SELECT 1
  FROM dataloaf.event_keys AS k
  WHERE k.id_day = s.id_day AND k.event_id = s.event_id
)`,
  },
  {
    name: 'insert_events',
    text: `INSERT INTO dataloaf.events (${COLUMNS}, load_id)
SELECT ${COLUMNS}, ${LOAD_ID}
FROM t_new`,
  },
  {
    name: 'insert_event_keys',
    text: `INSERT INTO dataloaf.event_keys (id_day, event_id)
SELECT id_day, event_id
FROM t_new`,
  },
  {
    name: 'insert_event_rollup',
    text: `INSERT INTO dataloaf.event_rollup (load_id, event_name, quarter_hour, events)
SELECT m.n, r.event_name, r.quarter_hour, r.events
FROM (
  SELECT event_name, quarter_hour, COUNT(*) AS events
  FROM (
    SELECT event_name,
      DATE_TRUNC('hour', event_created) + CAST(FLOOR(EXTRACT(MINUTE FROM event_created) / 15.0) AS INTEGER) * INTERVAL '15 minutes' AS quarter_hour
    FROM t_new
  ) AS s
  GROUP BY event_name, quarter_hour
) AS r
CROSS JOIN dataloaf.load_mutex AS m
WHERE m.id = 1`,
  },
  {
    // Only repeats can conflict, so the stored event is looked up for repeats alone.
    name: 'choose_repeats',
    text: `CREATE TEMP TABLE t_repeats AS
SELECT event_id, event_name, user_id, MIN(event_created) AS event_created
FROM t_events AS s
WHERE NOT EXISTS (
  SELECT 1
  FROM t_new AS n
  WHERE n.event_id = s.event_id AND n.event_name = s.event_name AND n.user_id = s.user_id
)
GROUP BY event_id, event_name, user_id`,
  },
  {
    name: 'choose_conflicts',
    text: `CREATE TEMP TABLE t_conflicts AS
SELECT r.event_id, r.event_name, r.user_id, r.event_created
FROM t_repeats AS r
JOIN dataloaf.events AS e ON e.event_id = r.event_id
WHERE (e.event_name <> r.event_name OR e.user_id <> r.user_id)
  AND NOT EXISTS (
    SELECT 1
    FROM dataloaf.event_conflicts AS c
    WHERE c.event_id = r.event_id AND c.event_name = r.event_name AND c.user_id = r.user_id
  )`,
  },
  {
    name: 'insert_event_conflicts',
    text: `INSERT INTO dataloaf.event_conflicts (${COLUMNS}, load_id)
SELECT ${COLUMNS}, ${LOAD_ID}
FROM (
  SELECT s.event_id, s.event_name, s.user_id, s.event_created, s.event_attributes,
    ROW_NUMBER() OVER (PARTITION BY s.event_id, s.event_name, s.user_id ORDER BY s.event_created) AS nth
  FROM t_events AS s
  JOIN t_conflicts AS c
    ON c.event_id = s.event_id AND c.event_name = s.event_name AND c.user_id = s.user_id
) AS s
WHERE s.nth = 1`,
  },
];
