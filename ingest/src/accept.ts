/** What each route of this Lambda does with a request. Clients, clock and ids come in; the handler only wires. */
import { type RejectedItem, ROUTES, routeKey } from '@dataloaf/core/api';
import { RequestError } from '@dataloaf/core/errors';
import { isUuid } from '@dataloaf/core/ids';
import { type HttpAnswer, type HttpRequest, jsonAnswer } from '@dataloaf/core/lambda/api-gateway';
import { bearerOf, type KeyRing } from '@dataloaf/core/lambda/authorize';
import { decide, type ItemRule, itemsOf } from '@dataloaf/core/lambda/decide';
import { readJsonBody } from '@dataloaf/core/lambda/request-body';
import { type StoreTarget, storeItems } from '@dataloaf/core/lambda/store-items';
import type { Log } from '@dataloaf/core/log';
import { type Arrival, parseEvent } from '@dataloaf/core/values/event';
import { parseCreate } from '@dataloaf/core/values/operation';
import { isObject, reject } from '@dataloaf/core/values/parsed';

export interface IngestParts {
  readonly keyRing: KeyRing;
  readonly events: StoreTarget;
  readonly users: StoreTarget;
  readonly arrival: Arrival;
  readonly log: Pick<Log, 'info'>;
}

type RouteHandler = (request: HttpRequest, parts: IngestParts) => Promise<HttpAnswer>;

const HANDLERS: Readonly<Record<string, RouteHandler>> = {
  [routeKey(ROUTES.createEvents)]: acceptEvents,
  [routeKey(ROUTES.createUsers)]: acceptUsers,
  [routeKey(ROUTES.collect)]: acceptCollected,
  [routeKey(ROUTES.health)]: async () => jsonAnswer(200, { status: 'ok' }),
};

/** @throws RequestError */
export async function acceptRequest(request: HttpRequest, parts: IngestParts): Promise<HttpAnswer> {
  const handle = HANDLERS[request.routeKey];
  if (handle !== undefined) return handle(request, parts);
  throw new RequestError(404, 'route_unknown', { message: 'There is no such route.' });
}

async function acceptEvents(request: HttpRequest, parts: IngestParts): Promise<HttpAnswer> {
  await parts.keyRing.check(bearerOf(request), 'server');
  const items = itemsOf(await readJsonBody(request), 'events');
  const rule: ItemRule = { idField: 'event_id', parse: (item) => parseEvent(item, parts.arrival) };
  return store(request, { items, rule, target: parts.events, arrival: parts.arrival });
}

async function acceptUsers(request: HttpRequest, parts: IngestParts): Promise<HttpAnswer> {
  await parts.keyRing.check(bearerOf(request), 'server');
  const items = itemsOf(await readJsonBody(request), 'users');
  const rule: ItemRule = { idField: 'op_id', parse: (item) => parseCreate(item, parts.arrival) };
  return store(request, { items, rule, target: parts.users, arrival: parts.arrival });
}

/** Plain events of a browser. Its key is public, so its ids live in a name space of their own and rejects are not kept. */
async function acceptCollected(request: HttpRequest, parts: IngestParts): Promise<HttpAnswer> {
  const body = await readJsonBody(request);
  const text = isObject(body) && typeof body['key'] === 'string' ? body['key'] : undefined;
  const key = await parts.keyRing.check(text, 'browser');
  const items = itemsOf(body, 'events');
  const rule: ItemRule = {
    idField: 'event_id',
    parse(item) {
      const id = isObject(item) ? item['event_id'] : undefined;
      if (typeof id !== 'string' || !isUuid(id)) {
        return reject('id_invalid', 'Expected event_id to be a UUID in lower case, as browser keys require.');
      }
      return parseEvent({ ...Object(item), event_id: `${key.id}:${id}` }, parts.arrival);
    },
  };
  const target = { ...parts.events, rejectLog: undefined };
  const onRejected = (rejected: readonly RejectedItem[]): void =>
    parts.log.info({ keyId: key.id, rejected: countCodes(rejected) }, 'browser items rejected');
  return store(request, { items, rule, target, arrival: parts.arrival, onRejected });
}

interface StoreJob {
  readonly items: readonly unknown[];
  readonly rule: ItemRule;
  readonly target: StoreTarget;
  readonly arrival: Arrival;
  readonly onRejected?: (rejected: readonly RejectedItem[]) => void;
}

async function store(request: HttpRequest, job: StoreJob): Promise<HttpAnswer> {
  const { items, rule, target, arrival, onRejected } = job;
  const decision = decide(items, rule);
  if (decision.rejected.length > 0) onRejected?.(decision.rejected);
  const facts = { requestId: request.requestContext.requestId, arrivedAt: new Date(arrival.nowMs), items };
  const { answer } = await storeItems(target, decision, facts);
  return answer;
}

function countCodes(rejected: readonly RejectedItem[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { code } of rejected) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
