/**
 * Decides what an answer means for the items of its request. Pure. Two kinds of answers decide an item: one that
 * accounts for every item, and an error with a code and status of our API. All others come from something in front of
 * the API, or from another server: whatever their status, the items are kept. A 200 or a 400 of a proxy must not lose a
 * batch. The table of statuses: docs/delivery.md.
 */
import type { ApiErrorCode } from '@dataloaf/core/api';
import { apiErrorOf, asRecord } from './api-error.ts';
import { type Refusal, refusalOf } from './refusal.ts';
import type { WireAnswer } from './transport.ts';

interface Rejection {
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

/** Items that are not listed here are accepted. */
export interface Decided {
  readonly kind: 'decided';
  readonly rejected: readonly Rejection[];
  readonly retry: readonly number[];
  /** The clock of the API. */
  readonly dateMs?: number | undefined;
}

/** The API accepts fewer items or bytes, or an item makes the whole request invalid. A single item is rejected. */
export interface Unacceptable {
  readonly kind: 'unacceptable';
  readonly code: ApiErrorCode;
  readonly message: string;
}

/** Something in front of the API accepts fewer bytes. A single item is kept. */
export interface TooLarge extends Refusal {
  readonly kind: 'too_large';
}

/** Only a person can do something about it. `api`: the API itself says so. `stranger`: anything else. */
interface Refused extends Refusal {
  readonly kind: 'refused';
  readonly by: 'api' | 'stranger';
}

/** A retry may succeed. */
interface Busy {
  readonly kind: 'busy';
  readonly message: string;
}

export type Verdict = Decided | Unacceptable | TooLarge | Refused | Busy;

/** What was sent. */
export interface Sent {
  readonly items: number;
  /** The path of the request. */
  readonly route: string;
}

/**
 * Errors that an item can cause. The others are about the key, the address, or how the body was transferred: no item is
 * to blame.
 */
const BY_AN_ITEM: ReadonlySet<ApiErrorCode> = new Set<ApiErrorCode>([
  'body_invalid',
  'body_not_json',
  'body_not_utf8',
  'body_too_deep',
  'body_too_large',
  'too_many_items',
]);
const BUSY_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

export function judge(answer: WireAnswer, { items, route }: Sent): Verdict {
  const { status } = answer;
  const error = apiErrorOf(answer);
  const message = `HTTP ${status}${error === undefined ? '' : ` ${error.code}: ${error.message.slice(0, 200)}`}`;
  if (status === 200 || status === 503) {
    return decision(answer, items) ?? { kind: 'busy', message: `${message}, not accounting for every item` };
  }
  // 1xx never arrives here. Our API sends no 2xx but 200.
  if (status >= 500 || status < 300 || BUSY_STATUSES.has(status)) return { kind: 'busy', message };
  if (error !== undefined && BY_AN_ITEM.has(error.code)) return { kind: 'unacceptable', code: error.code, message };
  const refusal = refusalOf(answer, { error, route });
  if (error === undefined && status === 413) return { kind: 'too_large', ...refusal };
  return { kind: 'refused', by: error === undefined ? 'stranger' : 'api', ...refusal };
}

function decision(answer: WireAnswer, itemCount: number): Verdict | undefined {
  const body = asRecord(answer.body);
  const accepted = body?.['accepted'];
  const rejected = parseRejections(body?.['rejected'], itemCount);
  const retry = answer.status === 503 ? parseIndexes(body?.['retry'], itemCount) : [];
  if (typeof accepted !== 'number' || rejected === undefined || retry === undefined) return undefined;
  const named = new Set([...rejected.map(({ index }) => index), ...retry]);
  const isWhole = named.size === rejected.length + retry.length && accepted + named.size === itemCount;
  return isWhole ? { kind: 'decided', rejected, retry, dateMs: answer.dateMs } : undefined;
}

/** Undefined unless each has a code: a rejection is for good, and nobody could tell its reason. */
function parseRejections(value: unknown, itemCount: number): readonly Rejection[] | undefined {
  const indexes = parseIndexes(value, itemCount);
  if (indexes === undefined || !Array.isArray(value)) return undefined;
  const rejections = indexes.flatMap((index, at) => {
    const { code, message } = asRecord(value[at]) ?? {};
    if (typeof code !== 'string' || code === '') return [];
    return [{ index, code, message: typeof message === 'string' ? message : '' }];
  });
  return rejections.length === indexes.length ? rejections : undefined;
}

function parseIndexes(value: unknown, itemCount: number): readonly number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const indexes = value.map((entry) => asRecord(entry)?.['index']);
  const isIndex = (index: unknown): index is number =>
    typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < itemCount;
  return indexes.every(isIndex) ? indexes : undefined;
}
