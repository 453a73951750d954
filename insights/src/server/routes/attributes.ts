/** `GET /api/attributes?event=`: the attributes of an event, or of all events, and of users. */
import { RequestError } from '@dataloaf/core/errors';
import type { RequestHandler } from 'express';
import { type AttributesAnswer, attributesOf } from '../../query/answer/attributes.ts';
import { compileEventAttributes, USER_ATTRIBUTES } from '../../query/sql/attributes.ts';
import { optional, parseEvent, parseParams } from '../../query/url/params.ts';
import { searchOf } from '../http/search.ts';
import type { RoutePorts } from '../ports.ts';

export function attributesRoute({ rows, lastTick }: RoutePorts): RequestHandler {
  return async (request, response) => {
    const params = parseParams(searchOf(request), ['event']);
    const event = params.ok ? optional(params.value.get('event'), parseEvent, undefined) : params;
    if (!event.ok) throw new RequestError(400, 'query_invalid', { message: event.reason });
    const tick = await lastTick();
    const [ofEvents, ofUsers] = await Promise.all([
      rows.read(compileEventAttributes(event.value), tick?.loadId),
      rows.read(USER_ATTRIBUTES, tick?.loadId),
    ]);
    const answer: AttributesAnswer = { event: attributesOf(ofEvents), user: attributesOf(ofUsers) };
    response.json(answer);
  };
}
