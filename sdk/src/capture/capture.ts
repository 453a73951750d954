/**
 * Takes a draft through the caller's filters to the encoded item. Runs inside the call, before anything is stored. An
 * expected refusal is a value; an exception of a getter or a callback becomes one.
 */

import type { RejectCode } from '@dataloaf/core/api';
import { messageOf } from '@dataloaf/core/errors';
import { checkAhead } from '@dataloaf/core/values/instant';
import type { Rejection } from '@dataloaf/core/values/parsed';
import { RealDate } from '@dataloaf/core/values/real-date';
import { withoutTrailingBlanks } from '@dataloaf/core/values/text';
import type { BeforeSend, Draft, DropReason, StandardSchema } from '../types.ts';
import { checkBeforeTime, type EncodedItem, encodeItem } from './encode-item.ts';
import { createRedact, type Redact } from './redact.ts';
import { isSampledIn, withWeight } from './sampling.ts';
import { validateEvent } from './standard-schema.ts';
import { parseTimestamp } from './timestamp.ts';

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

/** Sampling comes first, because it saves the other steps; then the schema validates what was passed, and filters may change it. */
export function createRefine(filters: Filters, now: () => number): (draft: Draft) => Refined {
  const steps = stepsOf(filters, now);
  const hide = createRedact(filters.redact);
  return (draft) => {
    let refined = draft;
    for (const step of steps) {
      const next = step(refined);
      if (next.kind === 'left_out' || next.kind === 'refused') return next;
      refined = next;
    }
    return encode(refined, hide);
  };
}

/** Only the steps that the options ask for: most clients have none. */
function stepsOf({ schemas, beforeSend, sampling }: Filters, now: () => number): readonly Step[] {
  return [
    sampling.size > 0 && ((draft: Draft) => sample(draft, sampling)),
    schemas.size > 0 && ((draft: Draft) => validate(draft, schemas)),
    beforeSend.length > 0 && ((draft: Draft) => runFilters(draft, beforeSend, now)),
  ].filter((step) => step !== false);
}

export function isRefusal(value: Draft | Refusal): value is Refusal {
  return value.kind === 'refused';
}

/** The id of an item as it is stored, undefined where the caller gave none. */
export function storedId(id: string | null | undefined): string | undefined {
  return typeof id === 'string' ? withoutTrailingBlanks(id) : (id ?? undefined);
}

/** The draft with its time as ISO 8601 in UTC, or the first rule that is broken up to the one for the time. */
export function withTime(draft: Draft, nowMs: number, timestamp?: unknown): Draft | Refusal {
  const instant = parseTimestamp(timestamp ?? draft.timestamp);
  if (!instant.ok) return refuse(checkBeforeTime(draft) ?? instant);
  const ahead = draft.kind === 'event' ? checkAhead(instant.value, nowMs, 'timestamp') : undefined;
  if (ahead !== undefined) return refuse(checkBeforeTime(draft) ?? ahead);
  return { ...draft, timestamp: new RealDate(instant.value).toISOString() };
}

function refuse({ code, message }: Pick<Refusal, 'code' | 'message'>): Refusal {
  return { kind: 'refused', reason: 'invalid', code, message };
}

function encode(draft: Draft, hide: Redact | undefined): Refined {
  try {
    const item = encodeItem(draft, hide);
    return isRejection(item) ? refuse(item) : item;
  } catch (error) {
    const message = `Expected attributes that JSON can hold, got some that throw: ${messageOf(error)}`;
    return refuse({ code: 'attributes_invalid', message });
  }
}

function isRejection(item: EncodedItem | Rejection): item is Rejection {
  return 'code' in item;
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
  return validated.kind === 'violation' ? refuse({ code: 'schema_violated', message: validated.message }) : validated;
}

/** A filter that throws drops the item: it may have been about to remove what must not leave the process. */
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
  if (passed.kind === draft.kind) return withTime(passed, now());
  return refuse({ code: 'not_an_object', message: `Expected beforeSend to return a draft of kind ${draft.kind}.` });
}
