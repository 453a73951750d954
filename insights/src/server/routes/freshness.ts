/** `GET /api/freshness`: up to when everything that arrived is loaded. */
import type { RequestHandler } from 'express';
import type { FreshnessAnswer } from '../../query/answers.ts';
import type { TickReader } from '../tick/last-tick.ts';

export function freshnessRoute(readTick: TickReader): RequestHandler {
  return async (_request, response) => {
    const tick = await readTick();
    const answer: FreshnessAnswer = {
      loaded_up_to: tick?.completeTo?.toISOString() ?? null,
      checked_at: tick?.checkedAt.toISOString() ?? null,
      load_id: tick?.loadId ?? null,
      parked: tick?.parked ?? 0,
    };
    response.json(answer);
  };
}
