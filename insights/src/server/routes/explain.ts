/** `GET /api/explain?...`: how the question with this query string is counted. It reads what the answer was made of. */
import type { RequestHandler } from 'express';
import { type ExplainAnswer, type ExplainedStatement, explainStatement } from '../../query/answer/explain.ts';
import { questionOf } from '../http/question.ts';
import type { RoutePorts } from '../ports.ts';
import { runQuery } from '../run-query.ts';

export function explainRoute({ rows, lastTick, now }: RoutePorts): RequestHandler {
  return async (request, response) => {
    const { kind, query } = questionOf(request);
    const tick = await lastTick();
    const statements: ExplainedStatement[] = [];
    await runQuery(kind, query, {
      async read(statement) {
        const found = await rows.read(statement, tick?.loadId);
        statements.push(explainStatement(statement, { rows: found.length, ms: rows.msOf(found) }));
        return found;
      },
      asOf: { now: now(), completeTo: tick?.completeTo?.getTime(), loadId: tick?.loadId },
    });
    const answer: ExplainAnswer = {
      load_id: tick?.loadId ?? null,
      loaded_up_to: tick?.completeTo?.toISOString() ?? null,
      statements,
    };
    response.json(answer);
  };
}
