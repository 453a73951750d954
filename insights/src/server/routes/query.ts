/** `GET /api/series?event=...&period=...&by=...&measure=...`: one number for each bucket, and the total. */
import { RequestError } from '@dataloaf/core/errors';
import type { RequestHandler } from 'express';
import { readSeries } from '../../query/series/answer.ts';
import { parseQuery } from '../../query/series/parse.ts';
import type { Sources } from '../ports.ts';

export function seriesRoute({ loadOf, results, now }: Sources): RequestHandler {
  return async (request, response) => {
    const mark = request.originalUrl.indexOf('?');
    const parsed = parseQuery(mark < 0 ? '' : request.originalUrl.slice(mark));
    if (!parsed.ok) {
      throw new RequestError(400, 'query_invalid', {
        message: parsed.reason,
        hint: 'For example ?event=purchase&period=30d&by=day&measure=users',
      });
    }
    const tick = await loadOf();
    const read = (statement: Parameters<typeof results.read>[0]) => results.read(statement, tick?.loadId);
    response.json(await readSeries(parsed.query, { read, tick, now: now() }));
  };
}
