/**
 * From a call to a draft, and from a draft through the caller's filters to the encoded item. Runs inside the call, before
 * anything is stored. An expected refusal is a value; what throws inside (a getter, a callback) becomes one.
 */
import type { Attributes, RejectCode } from '@dataloaf/core/api';
import { messageOf } from '@dataloaf/core/errors';
import type { BeforeSend, Draft, DropReason } from '../types.ts';
import { kindOf } from './attribute-rules.ts';
import { type EncodedItem, encodeItem, isTooFarAhead, parseTimestamp } from './encode-item.ts';
import { createRedact } from './redact.ts';
import { isSampledIn, withWeight } from './sampling.ts';
import { type StandardSchema, validateEvent } from './standard-schema.ts';

/** The item, or why there is none. */
export type Refined = EncodedItem | LeftOut | Refusal;

interface LeftOut {
  readonly kind: 'left_out';
  readonly reason: 'filtered' | 'sampled';
}

export interface Refusal {
  readonly kind: 'refused';
  readonly reason: Extract<DropReason, 'invalid' | 'filter_failed'>;
  readonly code: RejectCode | 'before_send_threw' | 'schema_violated';
  readonly message: string;
}

export interface Filters {
  readonly schemas: ReadonlyMap<string, StandardSchema>;
  readonly beforeSend: readonly BeforeSend[];
  readonly redact: readonly string[];
  readonly sampling: ReadonlyMap<string, number>;
}

type Step = (draft: Draft) => Draft | LeftOut | Refusal;

/** Sampling comes first, because it saves the rest; then the schema judges what was passed, and filters may change it. */
export function createRefine(filters: Filters, now: () => number): (draft: Draft) => Refined {
  const steps = stepsOf(filters, now);
  return (draft) => {
    let refined = draft;
    for (const step of steps) {
      const next = step(refined);
      if (next.kind === 'left_out' || next.kind === 'refused') return next;
      refined = next;
    }
    return encode(refined);
  };
}

/** Only those that are asked for: most clients have none. */
function stepsOf({ schemas, beforeSend, redact, sampling }: Filters, now: () => number): readonly Step[] {
  const hide = createRedact(redact);
  return [
    sampling.size > 0 && ((draft: Draft) => sample(draft, sampling)),
    schemas.size > 0 && ((draft: Draft) => validate(draft, schemas)),
    beforeSend.length > 0 && ((draft: Draft) => runFilters(draft, beforeSend, now)),
    hide !== undefined && ((draft: Draft) => hideIn(draft, hide)),
  ].filter((step) => step !== false);
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

function refuse(code: Refusal['code'], message: string): Refusal {
  return { kind: 'refused', reason: 'invalid', code, message };
}

function encode(draft: Draft): Refined {
  try {
    const item = encodeItem(draft);
    return item.kind === 'encoded' ? item : refuse(item.code, item.message);
  } catch (error) {
    return refuse('attributes_invalid', `attributes cannot be written as JSON: ${messageOf(error)}`);
  }
}

function sample(draft: Draft, sampling: ReadonlyMap<string, number>): Draft | LeftOut {
  const share = draft.kind === 'event' ? sampling.get(draft.name) : undefined;
  if (share === undefined || share >= 1) return draft;
  return isSampledIn(String(draft.userId), share) ? withWeight(draft, share) : { kind: 'left_out', reason: 'sampled' };
}

function validate(draft: Draft, schemas: ReadonlyMap<string, StandardSchema>): Draft | Refusal {
  const schema = draft.kind === 'event' ? schemas.get(draft.name) : undefined;
  if (draft.kind !== 'event' || schema === undefined) return draft;
  const validated = validateEvent(draft, schema);
  return validated.kind === 'violation' ? refuse('schema_violated', validated.message) : validated;
}

/** One that throws drops the item: it may have been about to take out what must not leave the process. */
function runFilters(draft: Draft, filters: readonly BeforeSend[], now: () => number): Draft | LeftOut | Refusal {
  let passed: Draft | null | undefined = draft;
  try {
    for (const filter of filters) {
      passed = filter(passed);
      if (passed === null || passed === undefined) return { kind: 'left_out', reason: 'filtered' };
    }
  } catch (error) {
    const message = `beforeSend threw: ${messageOf(error)}`;
    return { kind: 'refused', reason: 'filter_failed', code: 'before_send_threw', message };
  }
  return withTime(passed, now());
}

function hideIn(draft: Draft, redact: (attributes: Attributes) => Attributes): Draft {
  if (draft.kind === 'update') return isObject(draft.set) ? { ...draft, set: redact(draft.set) } : draft;
  return isObject(draft.attributes) ? { ...draft, attributes: redact(draft.attributes) } : draft;
}

/** Anything else is refused by the rules that come next. */
function isObject(value: Attributes | undefined): value is Attributes {
  return typeof value === 'object' && value !== null;
}
