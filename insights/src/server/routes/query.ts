/** `GET /api/query?...`: any question. It takes the query string of the page. */
import { RequestError } from '@dataloaf/core/errors';
import type { RequestHandler } from 'express';
import { kindOf } from '../../query/kinds.ts';
import type { Parsed } from '../../query/url/params.ts';
import { searchOf } from '../http/search.ts';
import type { RoutePorts } from '../ports.ts';
import { runQuery } from '../run-query.ts';

const EXAMPLE = '?event=purchase&measure=users&period=30d&by=day&breakdown=event.country';

export function queryRoute({ rows, lastTick, now }: RoutePorts): RequestHandler {
  return async (request, response) => {
    const search = searchOf(request);
    const kind = accepted(kindOf(search), EXAMPLE);
    const query = accepted(kind.parse(search), kind.example);
    const tick = await lastTick();
    const answer = await runQuery(kind, query, {
      read: (statement) => rows.read(statement, tick?.loadId),
      asOf: { now: now(), completeTo: tick?.completeTo?.getTime(), loadId: tick?.loadId },
    });
    response.json(answer);
  };
}

function accepted<Value>(parsed: Parsed<Value>, example: string): Value {
  if (parsed.ok) return parsed.value;
  throw new RequestError(400, 'query_invalid', { message: parsed.reason, hint: `For example ${example}` });
}
