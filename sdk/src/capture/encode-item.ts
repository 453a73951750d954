/**
 * Encodes a draft as the bytes that go to disk and wire, its id first. The rules are those of the API's parsers
 * (`@dataloaf/core/values`). An item whose id, name, user or time the API would refuse is refused here, with the same code,
 * where the caller can see it. No attribute costs its item: what JSON cannot hold or the API would refuse is left out with
 * its reason. Ids, names and values are encoded as the API stores them, so their size is the one that the API limits.
 */
import { Buffer } from 'node:buffer';
import type { Attributes } from '@dataloaf/core/api';
import { ITEM_BYTES_MAX } from '@dataloaf/core/limits';
import { canonicalJson } from '@dataloaf/core/values/attributes';
import { checkChanges, checkMentioned, storeChanges } from '@dataloaf/core/values/changes';
import { checkLineBytes } from '@dataloaf/core/values/line-bytes';
import { operationLine } from '@dataloaf/core/values/operation';
import type { Rejection } from '@dataloaf/core/values/parsed';
import { checkText, EVENT_NAME_RULE, ID_RULE, USER_ID_RULE, withoutTrailingBlanks } from '@dataloaf/core/values/text';
import type { Draft } from '../types.ts';
import { PLAIN_BYTES_MAX, writePlainItem } from './encode-plain.ts';
import { NOT_PLAIN } from './json-bytes.ts';
import { keepAttributes, keepIncrement, keepUnset, keepUserAttributes, withoutLargest } from './keep.ts';
import type { LeftOut } from './left-out.ts';
import type { Redact } from './redact.ts';
import { isJsonObject } from './to-json.ts';

/** An item as JSON in UTF-8, from the start of `buffer`. Copy it at once: the next item may overwrite it. */
export interface EncodedItem {
  readonly kind: 'encoded';
  readonly buffer: Buffer;
  readonly bytes: number;
  /** What of the draft is not in the item. */
  readonly leftOut: readonly LeftOut[];
}

type EventDraft = Extract<Draft, { kind: 'event' }>;
type OperationDraft = Exclude<Draft, EventDraft>;

interface KeptChanges {
  readonly set: Attributes | undefined;
  readonly unset: readonly unknown[] | undefined;
  readonly increment: Attributes | undefined;
}

/** The line of an operation exceeds its item by less: field names, and `:true` for each of at most 255 names to unset. */
const OPERATION_LINE_EXTRA_BYTES = 2_048;

const NOTHING: readonly LeftOut[] = [];
const plain = { kind: 'encoded' as const, buffer: Buffer.allocUnsafeSlow(PLAIN_BYTES_MAX), bytes: 0, leftOut: NOTHING };
let isPlainBusy = false;

/**
 * The item, or the rule that it breaks. `hide` gets the attributes as they are sent: before that, a `toJSON` or a Map could
 * still bring out what is to be hidden.
 */
export function encodeItem(draft: Draft, hide?: Redact): EncodedItem | Rejection {
  if (hide === undefined) return encodePlain(draft) ?? encodeAny(draft);
  const given = draft.kind === 'update' ? draft.set : draft.attributes;
  if (!isJsonObject(given)) return encodeAny(draft, hide);
  const hidden = hide(given);
  return encodeItem(draft.kind === 'update' ? { ...draft, set: hidden } : { ...draft, attributes: hidden });
}

/** The rules that come before the one for the time: the API reports the first rule that is broken. */
export function checkBeforeTime(draft: Draft): Rejection | undefined {
  const empty = draft.kind === 'update' ? checkMentioned(changesOf(draft, [])) : undefined;
  return empty ?? checkTexts(draft);
}

/** The fast path, for nearly all events and creates. */
function encodePlain(draft: Draft): EncodedItem | undefined {
  // A getter among the attributes can capture too.
  if (isPlainBusy) return undefined;
  isPlainBusy = true;
  try {
    plain.bytes = writePlainItem(plain.buffer, draft);
  } catch {
    // A getter has thrown. The general path leaves its attribute out.
    return undefined;
  } finally {
    isPlainBusy = false;
  }
  return plain.bytes === NOT_PLAIN ? undefined : plain;
}

/** The general path: it decides what the fast path leaves open, and writes the same bytes. */
function encodeAny(draft: Draft, hide: Redact = (attributes) => attributes): EncodedItem | Rejection {
  return draft.kind === 'event' ? encodeEvent(draft, hide) : encodeOperation(draft, hide);
}

function checkTexts(draft: Draft): Rejection | undefined {
  return (
    checkText(draft.id, ID_RULE, 'id') ??
    (draft.kind === 'event' ? checkText(draft.name, EVENT_NAME_RULE, 'name') : undefined) ??
    checkText(draft.userId, USER_ID_RULE, 'userId')
  );
}

function encodeEvent(draft: EventDraft, hide: Redact): EncodedItem | Rejection {
  const wrongText = checkTexts(draft);
  if (wrongText !== undefined) return wrongText;
  const leftOut: LeftOut[] = [];
  let attributes = hidden(keepAttributes(draft.attributes, leftOut), hide);
  const named = `{"event_id":${textOf(draft.id)},"event_name":${textOf(draft.name)},"user_id":${textOf(draft.userId)}`;
  for (;;) {
    const rest = `,"event_created":"${draft.timestamp}"${field('event_attributes', presentObject(attributes))}`;
    const item = encoded(`${named}${rest}}`, leftOut);
    const lineBytes = item.bytes + 1;
    if (lineBytes <= ITEM_BYTES_MAX) return item;
    if (presentObject(attributes) === undefined) return checkLineBytes(lineBytes, 'an event') ?? item;
    attributes = withoutLargest(attributes ?? {}, lineBytes - ITEM_BYTES_MAX, leftOut);
  }
}

function encodeOperation(draft: OperationDraft, hide: Redact): EncodedItem | Rejection {
  const leftOut: LeftOut[] = [];
  const kept = changesOf(draft, leftOut);
  let changes = { ...kept, set: hidden(kept.set, hide) };
  const empty = draft.kind === 'update' ? checkMentioned(changes) : undefined;
  const broken = empty ?? checkTexts(draft) ?? checkChanges(changes, 'attributes');
  if (broken !== undefined) return broken;
  for (;;) {
    const item = encoded(operationText(draft, changes), leftOut);
    const lineBytes = operationLineBytes(item.bytes, draft, changes);
    if (lineBytes <= ITEM_BYTES_MAX) return item;
    if (presentObject(changes.set) === undefined) return checkLineBytes(lineBytes, 'an operation') ?? item;
    changes = { ...changes, set: withoutLargest(changes.set ?? {}, lineBytes - ITEM_BYTES_MAX, leftOut) };
  }
}

function operationText(draft: OperationDraft, { set, unset, increment }: KeptChanges): string {
  const head = `{"op_id":${textOf(draft.id)},"user_id":${textOf(draft.userId)},"op_at":"${draft.timestamp}"`;
  const changed = field(draft.kind === 'user' ? 'user_attributes' : 'set', set);
  return `${head}${changed}${field('unset', unset)}${field('increment', increment)}}`;
}

/** An empty change is absent: `updateUser` cannot leave out the attributes to set. */
function changesOf(draft: OperationDraft, leftOut: LeftOut[]): KeptChanges {
  const given = draft.kind === 'user' ? { set: draft.attributes, unset: undefined, increment: undefined } : draft;
  const set = presentObject(keepUserAttributes(given.set, leftOut));
  const names = keepUnset(given.unset, leftOut);
  const unset = names?.length === 0 ? undefined : names;
  const increment = presentObject(keepIncrement(given.increment, leftOut));
  const isEmpty = set === undefined && unset === undefined && increment === undefined;
  // The caller did mention something: the user exists, and has been updated.
  return { set: isEmpty && draft.kind === 'update' && leftOut.length > 0 ? {} : set, unset, increment };
}

function hidden(members: Attributes | undefined, hide: Redact): Attributes | undefined {
  return members && hide(members);
}

function presentObject(value: Attributes | undefined): Attributes | undefined {
  for (const _ in value) return value;
  return undefined;
}

/** Only an item near the limit is written as a line to be measured. */
function operationLineBytes(bytes: number, draft: OperationDraft, changes: KeptChanges): number {
  if (bytes + OPERATION_LINE_EXTRA_BYTES <= ITEM_BYTES_MAX) return bytes;
  const identity = { op_id: withoutTrailingBlanks(draft.id), user_id: withoutTrailingBlanks(draft.userId) };
  return Buffer.byteLength(operationLine({ ...identity, op_at: draft.timestamp, ...storeChanges(changes) }));
}

/** In the buffer of the fast path, unless an item that holds a getter is being written there. */
function encoded(text: string, leftOut: readonly LeftOut[]): EncodedItem {
  if (isPlainBusy || text.length * 3 > PLAIN_BYTES_MAX || leftOut.length > 0) {
    const buffer = Buffer.from(text);
    return { kind: 'encoded', buffer, bytes: buffer.length, leftOut };
  }
  plain.bytes = plain.buffer.write(text);
  return plain;
}

function textOf(text: string): string {
  return JSON.stringify(withoutTrailingBlanks(text));
}

/** Absent values are left out. */
function field(name: string, value: unknown): string {
  return value === undefined ? '' : `,"${name}":${canonicalJson(value)}`;
}
