/** Serves the routes of this Lambda: an update is first made durable in Firehose, then applied to the warehouse at once. */
import { isPathId, PATH_ID_CHARACTERS, ROUTES, routeKey } from '@dataloaf/core/api';
import { RequestError } from '@dataloaf/core/errors';
import { answerItems } from '@dataloaf/core/lambda/answer-items';
import type { HttpAnswer, HttpRequest } from '@dataloaf/core/lambda/api-gateway';
import { type Authorize, bearerOf } from '@dataloaf/core/lambda/authorize';
import { decide, type Items, itemsOf, onlyItem } from '@dataloaf/core/lambda/decide';
import { readJsonBody } from '@dataloaf/core/lambda/request-body';
import { type StorePorts, storeItems } from '@dataloaf/core/lambda/store-items';
import type { Arrival } from '@dataloaf/core/values/event';
import { parseUpdate } from '@dataloaf/core/values/operation';
import { isObject } from '@dataloaf/core/values/parsed';
import type { DirectMerge } from './direct-merge.ts';

export interface MergePorts {
  readonly authorize: Authorize;
  readonly users: StorePorts;
  readonly arrival: Arrival;
  readonly directMerge: DirectMerge;
}

/** @throws RequestError */
export async function acceptUpdates(request: HttpRequest, ports: MergePorts): Promise<HttpAnswer> {
  await ports.authorize(bearerOf(request), 'server');
  const items = await readUpdates(request);
  const decision = decide(items, { idField: 'op_id', parse: (item) => parseUpdate(item, ports.arrival) });
  const outcome = await storeItems(ports.users, decision, {
    requestId: request.requestContext.requestId,
    arrivedAt: new Date(ports.arrival.nowMs),
    items,
  });
  await ports.directMerge.apply(outcome.stored.map(({ line }) => line));
  return answerItems(decision.rejected, outcome);
}

async function readUpdates(request: HttpRequest): Promise<Items> {
  const body = await readJsonBody(request);
  if (request.routeKey === routeKey(ROUTES.updateUsers)) return itemsOf(body, 'updates');
  const userId = request.pathParameters?.['user_id'] ?? '';
  if (!isPathId(userId)) {
    throw new RequestError(400, 'user_id_invalid', {
      message: `Expected a user id of the characters ${PATH_ID_CHARACTERS} in the path, got others.`,
      hint: 'Use PATCH /v1/users for such users.',
    });
  }
  const { value } = body;
  if (isObject(value) && value['user_id'] === undefined) return onlyItem(body, { user_id: userId });
  throw new RequestError(400, 'body_invalid', {
    message: 'Expected the body to be one update without user_id, because the path contains it.',
    hint: 'Use PATCH /v1/users for several updates or other ids.',
  });
}
