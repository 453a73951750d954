/** Serves the routes of this Lambda. Each request is authorised, parsed, decided item by item, stored and answered. */
import { type RejectedItem, ROUTES, routeKey } from '@dataloaf/core/api';
import { RequestError } from '@dataloaf/core/errors';
import { isUuid } from '@dataloaf/core/ids';
import { answerItems } from '@dataloaf/core/lambda/answer-items';
import { type HttpAnswer, type HttpRequest, jsonAnswer } from '@dataloaf/core/lambda/api-gateway';
import { type Authorize, bearerOf } from '@dataloaf/core/lambda/authorize';
import { decide, type ItemRule, type Items, itemsOf } from '@dataloaf/core/lambda/decide';
import { readJsonBody } from '@dataloaf/core/lambda/request-body';
import { type StorePorts, storeItems } from '@dataloaf/core/lambda/store-items';
import type { Log } from '@dataloaf/core/log';
import { type Arrival, parseEvent } from '@dataloaf/core/values/event';
import { parseCreate } from '@dataloaf/core/values/operation';
import { isObject, reject } from '@dataloaf/core/values/parsed';

export interface IngestPorts {
  readonly authorize: Authorize;
  readonly events: StorePorts;
  readonly users: StorePorts;
  readonly arrival: Arrival;
  readonly log: Pick<Log, 'info'>;
}

type RouteHandler = (request: HttpRequest, ports: IngestPorts) => Promise<HttpAnswer>;

const HANDLERS: ReadonlyMap<string, RouteHandler> = new Map<string, RouteHandler>([
  [routeKey(ROUTES.createEvents), acceptEvents],
  [routeKey(ROUTES.createUsers), acceptUsers],
  [routeKey(ROUTES.collect), acceptCollected],
  [routeKey(ROUTES.health), async () => jsonAnswer(200, { status: 'ok' })],
]);

/** @throws RequestError */
export async function acceptRequest(request: HttpRequest, ports: IngestPorts): Promise<HttpAnswer> {
  const handle = HANDLERS.get(request.routeKey);
  if (handle !== undefined) return handle(request, ports);
  throw new RequestError(404, 'route_unknown', { message: 'Unknown route.' });
}

async function acceptEvents(request: HttpRequest, ports: IngestPorts): Promise<HttpAnswer> {
  await ports.authorize(bearerOf(request), 'server');
  const items = itemsOf(await readJsonBody(request), 'events');
  const rule: ItemRule = { idField: 'event_id', parse: (item) => parseEvent(item, ports.arrival) };
  return storeAndAnswer(request, { items, rule, stream: ports.events, arrival: ports.arrival });
}

async function acceptUsers(request: HttpRequest, ports: IngestPorts): Promise<HttpAnswer> {
  await ports.authorize(bearerOf(request), 'server');
  const items = itemsOf(await readJsonBody(request), 'users');
  const rule: ItemRule = { idField: 'op_id', parse: (item) => parseCreate(item, ports.arrival) };
  return storeAndAnswer(request, { items, rule, stream: ports.users, arrival: ports.arrival });
}

/**
 * Events of a browser. A browser key is public. Its event ids therefore get a namespace of their own, where they cannot
 * collide with ids of a server, and its rejected items are counted but not stored.
 */
async function acceptCollected(request: HttpRequest, ports: IngestPorts): Promise<HttpAnswer> {
  const body = await readJsonBody(request);
  const sent = isObject(body.value) && typeof body.value['key'] === 'string' ? body.value['key'] : undefined;
  const key = await ports.authorize(sent, 'browser');
  const items = itemsOf(body, 'events');
  const rule: ItemRule = {
    idField: 'event_id',
    parse(item) {
      const id = isObject(item) ? item['event_id'] : undefined;
      if (typeof id !== 'string' || !isUuid(id)) {
        return reject('id_invalid', 'Expected event_id to be a UUID in lower case, as browser keys require.');
      }
      return parseEvent({ ...Object(item), event_id: `${key.id}:${id}` }, ports.arrival);
    },
  };
  const stream = { ...ports.events, rejectLog: undefined };
  const onRejected = (rejected: readonly RejectedItem[]): void =>
    ports.log.info({ keyId: key.id, rejected: countCodes(rejected) }, 'browser items rejected');
  return storeAndAnswer(request, { items, rule, stream, arrival: ports.arrival, onRejected });
}

interface StoreJob {
  readonly items: Items;
  readonly rule: ItemRule;
  readonly stream: StorePorts;
  readonly arrival: Arrival;
  readonly onRejected?: (rejected: readonly RejectedItem[]) => void;
}

async function storeAndAnswer(request: HttpRequest, job: StoreJob): Promise<HttpAnswer> {
  const { items, rule, stream, arrival, onRejected } = job;
  const decision = decide(items, rule);
  if (decision.rejected.length > 0) onRejected?.(decision.rejected);
  const facts = { requestId: request.requestContext.requestId, arrivedAt: new Date(arrival.nowMs), items };
  return answerItems(decision.rejected, await storeItems(stream, decision, facts));
}

function countCodes(rejected: readonly RejectedItem[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { code } of rejected) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
