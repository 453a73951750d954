/**
 * The wire API, version 1: the only definition of its routes, requests and responses. Infra, the local stack, the SDK and
 * the browser snippet derive from it. Times are ISO 8601 with any offset. Field names are snake_case on the wire.
 */

/** The kind of key that a route requires. A `browser` key is in the body, because a header would force a preflight. */
export type RouteKey = 'server' | 'browser' | 'none';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** `{user_id}` is one path segment that `isPathId` accepts. */
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

/** Characters of an id in a path, as a regular expression class. Gateways and proxies pass them on unchanged. */
export const PATH_ID_CHARACTERS = 'A-Za-z0-9._~@:-';
const PATH_ID = new RegExp(`^[${PATH_ID_CHARACTERS}]+$`);
export const isPathId = (text: string): boolean => PATH_ID.test(text);

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type Attributes = { readonly [name: string]: Json };

/** One event of `POST /v1/events`. Trailing blanks of ids and names are removed. */
export interface EventItem {
  /** Makes a retry harmless. An event without it gets an id at arrival, and has no exactly-once promise. At most 64 bytes. */
  readonly event_id?: string;
  /** 1 to 256 bytes. */
  readonly event_name: string;
  /** Any string of 1 to 256 bytes. */
  readonly user_id: string;
  /** When it happened; defaults to the arrival. From 1970, at most 24 h in the future. */
  readonly event_created?: string;
  readonly event_attributes?: Attributes;
}

/** One user of `POST /v1/users`: sets every attribute that it contains; `null` unsets one. */
export interface UserItem {
  readonly op_id?: string;
  readonly user_id: string;
  /** When the change happened, from 1970 to 2200; defaults to the arrival, which replaces a later time. The later of two sets of one attribute wins. */
  readonly op_at?: string;
  readonly user_attributes?: Attributes;
}

/** One update of `PATCH /v1/users`. Attributes that it does not contain stay unchanged. */
export interface UpdateItem {
  /** Required with `increment`: without it a retry would count twice. */
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
/** Body of `POST /v1/collect`, sent as `text/plain`. Event ids must be UUIDs. */
export interface CollectBody extends EventsBody {
  readonly key: string;
}

/** An item that breaks a rule, so that a retry cannot help. Items of a server key are stored with the reason under `rejected/`. */
export interface RejectedItem {
  /** Position in the request, from 0. */
  readonly index: number;
  /** The id that the client sent; null when the item has none, or one that is not a string. */
  readonly id: string | null;
  readonly code: RejectCode;
  readonly message: string;
}

/** An item that could not be stored at the moment. Retry it with the same id. */
export interface RetryItem {
  readonly index: number;
  readonly id: string | null;
}

/** Body of 200: every item is decided. `accepted` counts the items that are durably in Firehose. */
export interface AcceptedAnswer {
  readonly accepted: number;
  readonly rejected: readonly RejectedItem[];
}

/** Body of 503 with `Retry-After`: the items in `retry` could not be stored. */
export interface RetryAnswer extends AcceptedAnswer {
  readonly retry: readonly RetryItem[];
}

/** Body of 400, 401, 403, 404, 413, 500, and of a 503 that decided no item. Insights uses it for its errors too. */
export interface ErrorAnswer {
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string };
}

/** Why an item is rejected. The set is closed, because counters use it as a label. */
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

/**
 * The codes of an `ErrorAnswer` of this API, each with its status. By them a client recognises the API: a balancer, proxy
 * or firewall in front of it sends other bodies with the same statuses.
 */
export const API_ERRORS = {
  body_invalid: 400,
  body_not_gzip: 400,
  body_not_json: 400,
  body_not_utf8: 400,
  body_too_deep: 400,
  encoding_unknown: 400,
  user_id_invalid: 400,
  key_unknown: 401,
  key_wrong_kind: 403,
  route_unknown: 404,
  body_too_large: 413,
  too_many_items: 413,
  internal_error: 500,
  keys_unreadable: 503,
  rejects_not_kept: 503,
} as const;

export type ApiErrorCode = keyof typeof API_ERRORS;
