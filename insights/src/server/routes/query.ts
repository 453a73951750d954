/** `GET /api/query?...`: any question. It takes the query string of the page. */
import type { RequestHandler } from 'express';
import { questionOf } from '../http/question.ts';
import type { RoutePorts } from '../ports.ts';
import { runQuery } from '../run-query.ts';

export function queryRoute({ rows, lastTick, now }: RoutePorts): RequestHandler {
  return async (request, response) => {
    const { kind, query } = questionOf(request);
    const tick = await lastTick();
    const answer = await runQuery(kind, query, {
      read: (statement) => rows.read(statement, tick?.loadId),
      asOf: { now: now(), completeTo: tick?.completeTo?.getTime(), loadId: tick?.loadId },
    });
    response.json(answer);
  };
}
