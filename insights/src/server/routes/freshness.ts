/** `GET /api/freshness`: the instant up to which everything that arrived is loaded. */
import type { RequestHandler } from 'express';
import { freshnessAnswerOf } from '../../query/answer/freshness.ts';
import type { TickReader } from '../tick/last-tick.ts';

export function freshnessRoute(readTick: TickReader): RequestHandler {
  return async (_request, response) => {
    response.json(freshnessAnswerOf(await readTick()));
  };
}
