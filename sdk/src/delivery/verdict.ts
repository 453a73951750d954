/**
 * Decides what an answer means for the items of its request. Pure. An answer is a decision only when it accounts for
 * every item: a 200 from a proxy must not lose a batch.
 */
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
}

/** Fewer items may be accepted. */
export interface TooLarge {
  readonly kind: 'too_large';
  readonly code: string;
  readonly message: string;
}

/** An item makes the whole request invalid. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly code: string;
  readonly message: string;
  /** Whether the answer has the format of our API. */
  readonly isApi: boolean;
}

/** `refused`: key or address are wrong, and only a person can fix that. `busy`: a retry may succeed. */
interface Undecided {
  readonly kind: 'refused' | 'busy';
  readonly message: string;
}

export type Verdict = Decided | TooLarge | Unreadable | Undecided;

const BUSY_STATUSES: ReadonlySet<number> = new Set([408, 425, 429]);

export function judge(answer: WireAnswer, itemCount: number): Verdict {
  const { status } = answer;
  const message = `HTTP ${status}${describe(answer.body)}`;
  if (status === 200 || status === 503) {
    return decision(answer, itemCount) ?? { kind: 'busy', message: `${message}, not accounting for every item` };
  }
  const { code } = errorOf(answer.body) ?? {};
  if (status === 413) return { kind: 'too_large', code: code ?? 'too_large', message };
  if (status === 400 || status === 422) {
    return { kind: 'unreadable', code: code ?? `http_${status}`, message, isApi: code !== undefined };
  }
  // 1xx never arrives here. Our API sends no 2xx but 200.
  if (status >= 500 || status < 300 || BUSY_STATUSES.has(status)) return { kind: 'busy', message };
  return { kind: 'refused', message };
}

function decision(answer: WireAnswer, itemCount: number): Verdict | undefined {
  const body = asRecord(answer.body);
  const accepted = body?.['accepted'];
  const rejected = parseRejections(body?.['rejected'], itemCount);
  const retry = answer.status === 503 ? parseIndexes(body?.['retry'], itemCount) : [];
  if (typeof accepted !== 'number' || rejected === undefined || retry === undefined) return undefined;
  const named = new Set([...rejected.map(({ index }) => index), ...retry]);
  const isWhole = named.size === rejected.length + retry.length && accepted + named.size === itemCount;
  return isWhole ? { kind: 'decided', rejected, retry } : undefined;
}

function parseRejections(value: unknown, itemCount: number): readonly Rejection[] | undefined {
  const indexes = parseIndexes(value, itemCount);
  if (indexes === undefined || !Array.isArray(value)) return undefined;
  return indexes.map((index, at) => {
    const entry = asRecord(value[at]);
    return { index, code: String(entry?.['code'] ?? 'unknown'), message: String(entry?.['message'] ?? '') };
  });
}

function parseIndexes(value: unknown, itemCount: number): readonly number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const indexes = value.map((entry) => asRecord(entry)?.['index']);
  const isIndex = (index: unknown): index is number =>
    typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < itemCount;
  return indexes.every(isIndex) ? indexes : undefined;
}

function errorOf(body: unknown): { code: string; message: string } | undefined {
  const error = asRecord(asRecord(body)?.['error']);
  const code = error?.['code'];
  return typeof code === 'string' ? { code, message: String(error?.['message'] ?? '') } : undefined;
}

function describe(body: unknown): string {
  const error = errorOf(body);
  return error === undefined ? '' : ` ${error.code}: ${error.message.slice(0, 200)}`;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}
