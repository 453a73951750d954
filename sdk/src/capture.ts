/**
 * From a call to a draft, and from a draft through the caller's filters to an item. Runs inside the call, before anything
 * is stored. An expected refusal is a value; what throws inside (a getter, a callback) becomes one.
 */
import type { Attributes, RejectCode } from '@dataloaf/core/api';
import { messageOf } from '@dataloaf/core/errors';
import { kindOf } from './attribute-rules.ts';
import { isTooFarAhead, parseTimestamp, prepareItem } from './item.ts';
import type { JournalItem } from './record.ts';
import { createRedact } from './redact.ts';
import { isSampledIn } from './sampling.ts';
import type { BeforeSend, Draft, DropReason } from './types.ts';

export type Refined =
  | { readonly kind: 'item'; readonly item: JournalItem }
  | { readonly kind: 'left_out'; readonly reason: 'filtered' | 'sampled' }
  | Refusal;

export interface Refusal {
  readonly kind: 'refused';
  readonly reason: Extract<DropReason, 'invalid' | 'filter_failed'>;
  readonly code: RejectCode | 'before_send_threw';
  readonly message: string;
}

export interface Filters {
  readonly beforeSend: readonly BeforeSend[];
  readonly redact: readonly string[];
  readonly sampling: ReadonlyMap<string, number>;
}

export function createRefine(filters: Filters, now: () => number): (draft: Draft) => Refined {
  const redact = createRedact(filters.redact);
  const hide = (draft: Draft): Draft => (redact === undefined ? draft : hideIn(draft, redact));
  const { beforeSend, sampling } = filters;
  return (draft) => {
    if (!isKept(draft, sampling)) return { kind: 'left_out', reason: 'sampled' };
    if (beforeSend.length === 0) return toItem(hide(draft));
    const passed = runFilters(draft, beforeSend);
    if (passed === null) return { kind: 'left_out', reason: 'filtered' };
    const timed = isRefusal(passed) ? passed : withTime(passed, now());
    return isRefusal(timed) ? timed : toItem(hide(timed));
  };
}

function refuse(code: RejectCode, message: string): Refusal {
  return { kind: 'refused', reason: 'invalid', code, message };
}

export function isRefusal(value: Draft | Refusal): value is Refusal {
  return value.kind === 'refused';
}

/** The draft with its time as ISO 8601 in UTC, or why there is none. */
export function withTime(draft: Draft, nowMs: number, timestamp: unknown = draft.timestamp): Draft | Refusal {
  const ms = parseTimestamp(timestamp);
  if (ms === undefined) {
    return refuse(
      'time_invalid',
      `timestamp must be a Date, milliseconds or ISO 8601 with an offset, got ${kindOf(timestamp)}`,
    );
  }
  if (draft.kind === 'event' && isTooFarAhead(ms, nowMs)) {
    return refuse('time_in_future', 'timestamp may be at most 24 h ahead');
  }
  return { ...draft, timestamp: new Date(ms).toISOString() };
}

function toItem(draft: Draft): Refined {
  try {
    const prepared = prepareItem(draft);
    if (prepared.isValid) return { kind: 'item', item: prepared.item };
    return refuse(prepared.code, prepared.message);
  } catch (error) {
    return refuse('attributes_invalid', `attributes cannot be written as JSON: ${messageOf(error)}`);
  }
}

function isKept(draft: Draft, sampling: ReadonlyMap<string, number>): boolean {
  if (sampling.size === 0 || draft.kind !== 'event') return true;
  const share = sampling.get(draft.name);
  return share === undefined || isSampledIn(String(draft.userId), share);
}

/** One that throws drops the item: it may have been about to take out what must not leave the process. */
function runFilters(draft: Draft, filters: readonly BeforeSend[]): Draft | Refusal | null {
  let passed: Draft | null | undefined = draft;
  try {
    for (const filter of filters) {
      passed = filter(passed);
      if (passed === null || passed === undefined) return null;
    }
    return passed;
  } catch (error) {
    const message = `beforeSend threw: ${messageOf(error)}`;
    return { kind: 'refused', reason: 'filter_failed', code: 'before_send_threw', message };
  }
}

function hideIn(draft: Draft, redact: (attributes: Attributes) => Attributes): Draft {
  if (draft.kind === 'update') return isObject(draft.set) ? { ...draft, set: redact(draft.set) } : draft;
  return isObject(draft.attributes) ? { ...draft, attributes: redact(draft.attributes) } : draft;
}

/** Anything else is refused by the rules that come next. */
function isObject(value: Attributes | undefined): value is Attributes {
  return typeof value === 'object' && value !== null;
}
