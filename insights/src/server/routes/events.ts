/** `GET /api/events`: names of events with their counts over all time. */
import { numberOf, textOf } from '@dataloaf/core/warehouse/rows';
import type { RequestHandler } from 'express';
import type { EventsAnswer } from '../../query/answers.ts';
import { EVENT_NAMES_MAX } from '../../query/limits.ts';
import { EVENT_NAMES } from '../../query/series/compile.ts';
import type { Sources } from '../ports.ts';

export function eventsRoute({ loadOf, results }: Sources): RequestHandler {
  return async (_request, response) => {
    const tick = await loadOf();
    const rows = await results.read(EVENT_NAMES, tick?.loadId);
    const events = rows
      .slice(0, EVENT_NAMES_MAX)
      .map((row) => ({ name: textOf(row['event_name']), count: numberOf(row['events']) }));
    const answer: EventsAnswer = { events, more: rows.length > EVENT_NAMES_MAX };
    response.json(answer);
  };
}
