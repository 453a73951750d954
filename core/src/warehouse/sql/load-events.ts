/** The events half of a load: staged lines become events, keys, rollup rows and conflicts. */
import { EVENT_COLUMNS, EVENT_LINE_COLUMNS } from '../../values/event.ts';
import type { Statement } from '../warehouse.ts';
import { copyManifest, copyName } from './copy.ts';
import { createStaging } from './create-table.ts';
import { chooseNew, columnList, insertConflicts, insertKeys, STAGED_EVENTS } from './known-ids.ts';

const COLUMNS = columnList(EVENT_COLUMNS);

const STAGING = STAGED_EVENTS.staged;
export const COPY_EVENTS = copyName(STAGING);

export const stageEvents = (manifestUri: string, roleArn: string): readonly Statement[] => [
  createStaging(STAGING, EVENT_LINE_COLUMNS),
  copyManifest({ table: STAGING, columns: EVENT_LINE_COLUMNS, uri: manifestUri, roleArn }),
];

export const loadEvents: readonly Statement[] = [
  chooseNew(STAGED_EVENTS),
  {
    name: 'insert_events',
    text: `INSERT INTO dataloaf.events (${COLUMNS}, load_id)
SELECT ${columnList(EVENT_COLUMNS, 't.')}, m.n
FROM t_new AS t
CROSS JOIN dataloaf.load_mutex AS m
WHERE m.id = 1`,
  },
  insertKeys(STAGED_EVENTS),
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
  insertConflicts(STAGED_EVENTS),
];
