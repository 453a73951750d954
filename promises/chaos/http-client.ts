/**
 * A plain HTTP client of the API, as curl or any program without our SDK. It sends a batch under the same ids until the API
 * has accepted each of its items, and keeps the key of each item that was acknowledged.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type ChaosItem, itemOf, keyOf } from './items.ts';

export interface HttpClientOptions {
  readonly endpoint: string;
  readonly serverKey: string;
  readonly source: string;
  /** Gets the key of each acknowledged item. */
  readonly onAcknowledged: (key: string) => void;
  /** Gets a message about each item that the API rejects. All are valid, so it is to reject none. */
  readonly onRejected: (message: string) => void;
}

export interface HttpClient {
  /** Ends when the last batch is acknowledged. */
  stop(): Promise<void>;
}

interface Wired {
  readonly key: string;
  readonly item: object;
}

const BATCH = 9;
const PAUSE_MS = 15;
const AGAIN_MS = 60;
const TIMEOUT_MS = 15_000;

const ROUTES = {
  event: { method: 'POST', path: '/v1/events', field: 'events' },
  create: { method: 'POST', path: '/v1/users', field: 'users' },
  update: { method: 'PATCH', path: '/v1/users', field: 'updates' },
} as const;
type Route = keyof typeof ROUTES;

export function startHttpClient(options: HttpClientOptions): HttpClient {
  let isStopped = false;
  const run = async (): Promise<void> => {
    for (let next = 0; !isStopped; next += BATCH) {
      const batch = Array.from({ length: BATCH }, (_, index) => ({ source: options.source, number: next + index }));
      const items = batch.map((id) => ({ key: keyOf(id), item: itemOf(id) }));
      await Promise.all(
        (Object.keys(ROUTES) as Route[]).map((route) => {
          const chosen = items.filter(({ item }) => item.kind === route);
          return sendAll(
            route,
            chosen.map(({ key, item }) => ({ key, item: onWire(key, item) })),
            options,
          );
        }),
      );
      await pause(PAUSE_MS);
    }
  };
  const running = run();
  return {
    stop() {
      isStopped = true;
      return running;
    },
  };
}

async function sendAll(route: Route, all: readonly Wired[], options: HttpClientOptions): Promise<void> {
  for (let left = all; left.length > 0; ) {
    left = await sendOnce(route, left, options);
    if (left.length > 0) await pause(AGAIN_MS);
  }
}

/** Returns the items that are to be sent again. */
async function sendOnce(route: Route, items: readonly Wired[], options: HttpClientOptions): Promise<readonly Wired[]> {
  const answer = await post(route, items, options);
  if (answer === undefined) return items;
  const again = new Set((answer.retry ?? []).map(({ index }) => items[index]));
  const rejected = new Set((answer.rejected ?? []).map(({ index }) => items[index]));
  for (const each of answer.rejected ?? []) options.onRejected(`${options.source}: ${JSON.stringify(each)}`);
  for (const each of items) if (!again.has(each) && !rejected.has(each)) options.onAcknowledged(each.key);
  return items.filter((each) => again.has(each));
}

interface ApiAnswer {
  readonly accepted: number;
  readonly rejected?: readonly { readonly index: number }[];
  readonly retry?: readonly { readonly index: number }[];
}

/** Undefined for whatever is not a decision of the API about these items. */
async function post(
  route: Route,
  items: readonly Wired[],
  { endpoint, serverKey, onRejected }: HttpClientOptions,
): Promise<ApiAnswer | undefined> {
  const { method, path, field } = ROUTES[route];
  try {
    const response = await fetch(`${endpoint}${path}`, {
      method,
      headers: { authorization: `Bearer ${serverKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ [field]: items.map(({ item }) => item) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const body = (await response.json()) as Partial<ApiAnswer>;
    if (isRefusal(response.status)) onRejected(`HTTP ${response.status}: ${JSON.stringify(body)}`);
    return typeof body.accepted === 'number' ? { ...body, accepted: body.accepted } : undefined;
  } catch {
    return undefined; // Refused, cut, late, or half an answer.
  }
}

/** 429 is a wait, not a refusal: the gateway throttles while the functions are busy. */
const isRefusal = (status: number): boolean => status >= 400 && status < 500 && status !== 429;

/** In the field names of the wire API. */
function onWire(key: string, item: ChaosItem): object {
  switch (item.kind) {
    case 'event':
      return { event_id: key, event_name: item.name, user_id: item.user, event_attributes: item.attributes };
    case 'create':
      return { op_id: item.id, user_id: item.user, op_at: item.at.toISOString(), user_attributes: item.set };
    case 'update': {
      const { id, user, at, set, unset, increment } = item;
      return { op_id: id, user_id: user, op_at: at.toISOString(), set, unset, increment };
    }
  }
}
