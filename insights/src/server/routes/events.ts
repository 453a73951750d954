/** `GET /api/events`: the names of events with their counts over all time. */
import type { RequestHandler } from 'express';
import { EVENT_NAMES, eventsAnswerOf } from '../../query/answer/event-names.ts';
import type { RoutePorts } from '../ports.ts';

export function eventsRoute({ rows, lastTick }: RoutePorts): RequestHandler {
  return async (_request, response) => {
    const tick = await lastTick();
    response.json(eventsAnswerOf(await rows.read(EVENT_NAMES, tick?.loadId)));
  };
}
