/** What this Lambda does with a request: durable first, then immediate. Clients, clock and ids come in. */
import { isPathId, PATH_ID_CHARACTERS, ROUTES, routeKey } from '@dataloaf/core/api';
import { RequestError } from '@dataloaf/core/errors';
import type { HttpAnswer, HttpRequest } from '@dataloaf/core/lambda/api-gateway';
import { bearerOf, type KeyRing } from '@dataloaf/core/lambda/authorize';
import { decide, itemsOf } from '@dataloaf/core/lambda/decide';
import { readJsonBody } from '@dataloaf/core/lambda/request-body';
import { type StoreTarget, storeItems } from '@dataloaf/core/lambda/store-items';
import type { Arrival } from '@dataloaf/core/values/event';
import { parseUpdate } from '@dataloaf/core/values/operation';
import { isObject } from '@dataloaf/core/values/parsed';
import type { DirectMerge } from './direct-merge.ts';

export interface MergeParts {
  readonly keyRing: KeyRing;
  readonly users: StoreTarget;
  readonly arrival: Arrival;
  readonly directMerge: DirectMerge;
}

/** @throws RequestError */
export async function acceptUpdates(request: HttpRequest, parts: MergeParts): Promise<HttpAnswer> {
  await parts.keyRing.check(bearerOf(request), 'server');
  const items = await readUpdates(request);
  const decision = decide(items, { idField: 'op_id', parse: (item) => parseUpdate(item, parts.arrival) });
  const { answer, stored } = await storeItems(parts.users, decision, {
    requestId: request.requestContext.requestId,
    arrivedAt: new Date(parts.arrival.nowMs),
    items,
  });
  await parts.directMerge.apply(stored.map((line) => line.line));
  return answer;
}

async function readUpdates(request: HttpRequest): Promise<readonly unknown[]> {
  const body = await readJsonBody(request);
  if (request.routeKey === routeKey(ROUTES.updateUsers)) return itemsOf(body, 'updates');
  const userId = request.pathParameters?.['user_id'] ?? '';
  if (!isPathId(userId)) {
    throw new RequestError(400, 'user_id_invalid', {
      message: `Expected a user id of the characters ${PATH_ID_CHARACTERS} in the path, got others.`,
      hint: 'Send updates of such users to PATCH /v1/users.',
    });
  }
  if (isObject(body) && body['user_id'] === undefined) return [{ ...body, user_id: userId }];
  throw new RequestError(400, 'body_invalid', {
    message: 'Expected the body to be one update without user_id, which the path names.',
    hint: 'Send several updates, or other ids, to PATCH /v1/users.',
  });
}
