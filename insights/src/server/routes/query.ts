/** `GET /api/<kind>?...`, one route for each kind of question in `query/kinds.ts`. */
import { RequestError } from '@dataloaf/core/errors';
import type { RequestHandler } from 'express';
import type { QueryKind } from '../../query/kind.ts';
import type { Query } from '../../query/kinds.ts';
import type { RoutePorts } from '../ports.ts';
import { runQuery } from '../run-query.ts';

export function queryRoute(
  kind: QueryKind<Query, unknown, unknown>,
  { rows, lastTick, now }: RoutePorts,
): RequestHandler {
  return async (request, response) => {
    const mark = request.originalUrl.indexOf('?');
    const parsed = kind.parse(mark < 0 ? '' : request.originalUrl.slice(mark));
    if (!parsed.ok) {
      throw new RequestError(400, 'query_invalid', { message: parsed.reason, hint: `For example ${kind.example}` });
    }
    const tick = await lastTick();
    const answer = await runQuery(kind, parsed.value, {
      read: (statement) => rows.read(statement, tick?.loadId),
      asOf: { now: now(), completeTo: tick?.completeTo?.getTime(), loadId: tick?.loadId },
    });
    response.json(answer);
  };
}
