/**
 * The wire API, version 1: the only definition of its routes, bodies and answers. Infra, harness, SDK and snippet derive
 * from it. Times are ISO 8601 with any offset; field names stay snake_case on the wire.
 */

/** Which kind of key a route takes, and where. `browser` keys come in the body: a header would force a preflight. */
export type RouteKey = 'server' | 'browser' | 'none';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** `{user_id}` stands for one path segment that `isPathId` accepts. */
  readonly path: string;
  readonly lambda: 'ingest' | 'merge';
  readonly key: RouteKey;
}

export const ROUTES = {
  createEvents: { method: 'POST', path: '/v1/events', lambda: 'ingest', key: 'server' },
  createUsers: { method: 'POST', path: '/v1/users', lambda: 'ingest', key: 'server' },
  updateUsers: { method: 'PATCH', path: '/v1/users', lambda: 'merge', key: 'server' },
  updateUser: { method: 'PATCH', path: '/v1/users/{user_id}', lambda: 'merge', key: 'server' },
  collect: { method: 'POST', path: '/v1/collect', lambda: 'ingest', key: 'browser' },
  health: { method: 'GET', path: '/health', lambda: 'ingest', key: 'none' },
} as const satisfies Record<string, Route>;

/** The name of a route in API Gateway and in the requests that it passes on. */
export const routeKey = ({ method, path }: { readonly method: string; readonly path: string }): string =>
  `${method} ${path}`;

/** Characters of an id in a path, as in the brackets of a regular expression: gateways and proxies pass these on unchanged. */
export const PATH_ID_CHARACTERS = 'A-Za-z0-9._~@:-';
const PATH_ID = new RegExp(`^[${PATH_ID_CHARACTERS}]+$`);
export const isPathId = (text: string): boolean => PATH_ID.test(text);

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type Attributes = { readonly [name: string]: Json };

/** One event of `POST /v1/events`. Blanks at the end of ids and names are cut off. */
export interface EventItem {
  /** Makes a repeat harmless. Without it the event gets one at arrival and has no exactly-once promise. At most 64 bytes. */
  readonly event_id?: string;
  /** 1 to 256 bytes. */
  readonly event_name: string;
  /** Any text of 1 to 256 bytes. */
  readonly user_id: string;
  /** When it happened; arrival when absent. Any time in the past, at most 24 h ahead. */
  readonly event_created?: string;
  readonly event_attributes?: Attributes;
}

/** One user of `POST /v1/users`: a set of all that it mentions; `null` unsets. */
export interface UserItem {
  readonly op_id?: string;
  readonly user_id: string;
  /** When it was so; arrival when absent or later than arrival. Decides between two sets of one attribute. */
  readonly op_at?: string;
  readonly user_attributes?: Attributes;
}

/** One update of `PATCH /v1/users`; what it does not mention is kept. */
export interface UpdateItem {
  /** Required with `increment`: without it a repeat would count twice. */
  readonly op_id?: string;
  readonly user_id: string;
  readonly op_at?: string;
  readonly set?: Attributes;
  readonly unset?: readonly string[];
  readonly increment?: { readonly [name: string]: number };
}

export interface EventsBody {
  readonly events: readonly EventItem[];
}
export interface UsersBody {
  readonly users: readonly UserItem[];
}
export interface UpdatesBody {
  readonly updates: readonly UpdateItem[];
}
/** Body of `POST /v1/collect`, sent as `text/plain`; ids must be UUIDs. */
export interface CollectBody extends EventsBody {
  readonly key: string;
}

/** An item that will never be acceptable; it is kept with this reason under `rejected/` (server keys). */
export interface RejectedItem {
  /** Position in the request, from 0. */
  readonly index: number;
  /** The item's id, null when it has none that can be read. */
  readonly id: string | null;
  readonly code: RejectCode;
  readonly message: string;
}

/** An item that could not be stored now: send it again, with the same id. */
export interface RetryItem {
  readonly index: number;
  readonly id: string | null;
}

/** 200: every item is decided. `accepted` are durably in Firehose. */
export interface AcceptedAnswer {
  readonly accepted: number;
  readonly rejected: readonly RejectedItem[];
}

/** 503 with `Retry-After`: what `retry` names could not be stored. */
export interface RetryAnswer extends AcceptedAnswer {
  readonly retry: readonly RetryItem[];
}

/** Body of 400, 401, 403, 404, 413, 429, 500 and of a 503 that decided nothing. Insights returns its errors in it too. */
export interface ErrorAnswer {
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
}

/** Why an item is refused. Bounded: it labels counters. */
export type RejectCode =
  | 'not_an_object'
  | 'field_unknown'
  | 'field_missing'
  | 'id_invalid'
  | 'name_invalid'
  | 'user_id_invalid'
  | 'time_invalid'
  | 'time_in_future'
  | 'attributes_invalid'
  | 'attribute_name_invalid'
  | 'attribute_repeated'
  | 'string_too_long'
  | 'number_unsafe'
  | 'too_many_keys'
  | 'item_too_large'
  | 'increment_invalid'
  | 'op_id_required'
  | 'update_empty';
