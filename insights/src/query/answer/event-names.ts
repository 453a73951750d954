/** The names of events with their counts over all time, for the event picker. */
import { numberOf, textOf } from '@dataloaf/core/warehouse/rows';
import type { Row, Statement } from '@dataloaf/core/warehouse/warehouse';
import { EVENT_NAMES_MAX } from '../model/limits.ts';

export interface EventsAnswer {
  /** Most frequent first, over all time. */
  readonly events: readonly { readonly name: string; readonly count: number }[];
  /** Whether there are more names than are listed. */
  readonly more: boolean;
}

/** Columns `event_name` and `events`, most frequent first; one row more than is listed shows that there are more. */
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

/** @throws WarehouseError */
export function eventsAnswerOf(rows: readonly Row[]): EventsAnswer {
  const listed = rows.slice(0, EVENT_NAMES_MAX);
  return {
    events: listed.map((row) => ({ name: textOf(row['event_name']), count: numberOf(row['events']) })),
    more: rows.length > EVENT_NAMES_MAX,
  };
}
