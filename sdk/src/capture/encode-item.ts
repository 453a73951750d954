/**
 * Encodes a draft as the bytes that go to disk and wire, its id first. The rules are those of the API's parsers
 * (`@dataloaf/core/values`): an item that the API would refuse is refused here, with the same code, where the caller can
 * see it. Ids, names and values are encoded as the API stores them, so their size is the one that the API limits.
 */
import { Buffer } from 'node:buffer';
import { ITEM_BYTES_MAX } from '@dataloaf/core/limits';
import { canonicalJson, checkAttributes } from '@dataloaf/core/values/attributes';
import { type Changes, checkChanges, checkMentioned, storeChanges } from '@dataloaf/core/values/changes';
import { checkLineBytes } from '@dataloaf/core/values/line-bytes';
import { operationLine } from '@dataloaf/core/values/operation';
import { accept, isObject, type Parsed, type Rejection } from '@dataloaf/core/values/parsed';
import { checkText, EVENT_NAME_RULE, ID_RULE, USER_ID_RULE, withoutTrailingBlanks } from '@dataloaf/core/values/text';
import type { Draft } from '../types.ts';
import { PLAIN_BYTES_MAX, writePlainItem } from './encode-plain.ts';
import { NOT_PLAIN } from './json-bytes.ts';
import { toJson } from './to-json.ts';

/** An item as JSON in UTF-8, from the start of `buffer`. Copy it at once: the next item may overwrite it. */
export interface EncodedItem {
  readonly kind: 'encoded';
  readonly buffer: Buffer;
  readonly bytes: number;
}

type EventDraft = Extract<Draft, { kind: 'event' }>;
type OperationDraft = Exclude<Draft, EventDraft>;

/** The line of an operation exceeds its item by less: field names, and `:true` for each of at most 255 names to unset. */
const OPERATION_LINE_EXTRA_BYTES = 2_048;

const plain = { kind: 'encoded' as const, buffer: Buffer.allocUnsafeSlow(PLAIN_BYTES_MAX), bytes: 0 };
let isPlainBusy = false;

/** The item, or the rule that it breaks. @throws what a getter or a `toJSON` of the caller throws. */
export function encodeItem(draft: Draft): EncodedItem | Rejection {
  return encodePlain(draft) ?? encodeAny(draft);
}

/** The rules that come before the one for the time: the API reports the first rule that is broken. */
export function checkBeforeTime(draft: Draft): Rejection | undefined {
  if (draft.kind !== 'update') return checkTexts(draft);
  const changes = changesOf(draft);
  return changes.ok ? (checkMentioned(changes.value) ?? checkTexts(draft)) : changes;
}

/** The fast path, for nearly all events and creates. */
function encodePlain(draft: Draft): EncodedItem | undefined {
  // A getter among the attributes can capture too.
  if (isPlainBusy) return undefined;
  isPlainBusy = true;
  try {
    plain.bytes = writePlainItem(plain.buffer, draft);
  } finally {
    isPlainBusy = false;
  }
  return plain.bytes === NOT_PLAIN ? undefined : plain;
}

/** The general path: it decides what the fast path leaves open, and writes the same bytes. */
function encodeAny(draft: Draft): EncodedItem | Rejection {
  return draft.kind === 'event' ? encodeEvent(draft) : encodeOperation(draft);
}

function checkTexts(draft: Draft): Rejection | undefined {
  return (
    checkText(draft.id, ID_RULE, 'id') ??
    (draft.kind === 'event' ? checkText(draft.name, EVENT_NAME_RULE, 'name') : undefined) ??
    checkText(draft.userId, USER_ID_RULE, 'userId')
  );
}

function encodeEvent(draft: EventDraft): EncodedItem | Rejection {
  const wrongText = checkTexts(draft);
  if (wrongText !== undefined) return wrongText;
  const attributes = toJson(draft.attributes, 'attributes');
  if (!attributes.ok) return attributes;
  const broken = attributes.value == null ? undefined : checkAttributes(attributes.value, 'attributes');
  if (broken !== undefined) return broken;
  const name = `,"event_name":${textOf(draft.name)}`;
  const rest = `,"event_created":"${draft.timestamp}"${field('event_attributes', presentObject(attributes.value))}`;
  const item = encoded(`{"event_id":${textOf(draft.id)}${name},"user_id":${textOf(draft.userId)}${rest}}`);
  return checkLineBytes(item.bytes + 1, 'an event') ?? item;
}

function encodeOperation(draft: OperationDraft): EncodedItem | Rejection {
  const parsed = changesOf(draft);
  if (!parsed.ok) return parsed;
  const changes = parsed.value;
  const empty = draft.kind === 'update' ? checkMentioned(changes) : undefined;
  const broken = empty ?? checkTexts(draft) ?? checkChanges(changes, 'attributes');
  if (broken !== undefined) return broken;
  const set = field(draft.kind === 'user' ? 'user_attributes' : 'set', changes.set);
  const rest = set + field('unset', changes.unset) + field('increment', changes.increment);
  const head = `{"op_id":${textOf(draft.id)},"user_id":${textOf(draft.userId)},"op_at":"${draft.timestamp}"`;
  const item = encoded(`${head}${rest}}`);
  return checkOperationBytes(item.bytes, draft, changes) ?? item;
}

/** An empty change is absent: `updateUser` cannot leave out the attributes to set. */
function changesOf(draft: OperationDraft): Parsed<Changes> {
  const set = toJson(draft.kind === 'user' ? draft.attributes : draft.set, 'attributes');
  if (!set.ok) return set;
  if (draft.kind === 'user') return accept({ set: presentObject(set.value) });
  const unset = toJson(draft.unset, 'unset');
  if (!unset.ok) return unset;
  const increment = toJson(draft.increment, 'increment');
  if (!increment.ok) return increment;
  const names = Array.isArray(unset.value) && unset.value.length === 0 ? undefined : unset.value;
  return accept({ set: presentObject(set.value), unset: names, increment: presentObject(increment.value) });
}

function presentObject(value: unknown): unknown {
  if (!isObject(value)) return value;
  for (const _ in value) return value;
  return undefined;
}

/** Only an item near the limit is written as a line to be measured. */
function checkOperationBytes(bytes: number, draft: OperationDraft, changes: Changes): Rejection | undefined {
  if (bytes + OPERATION_LINE_EXTRA_BYTES <= ITEM_BYTES_MAX) return undefined;
  const identity = { op_id: withoutTrailingBlanks(draft.id), user_id: withoutTrailingBlanks(draft.userId) };
  const line = operationLine({ ...identity, op_at: draft.timestamp, ...storeChanges(changes) });
  return checkLineBytes(Buffer.byteLength(line), 'an operation');
}

/** In the buffer of the fast path, unless an item that holds a getter is being written there. */
function encoded(text: string): EncodedItem {
  if (isPlainBusy || text.length * 3 > PLAIN_BYTES_MAX) {
    const buffer = Buffer.from(text);
    return { kind: 'encoded', buffer, bytes: buffer.length };
  }
  plain.bytes = plain.buffer.write(text);
  return plain;
}

function textOf(text: string): string {
  return JSON.stringify(withoutTrailingBlanks(text));
}

/** Absent values are left out. */
function field(name: string, value: unknown): string {
  return value == null ? '' : `,"${name}":${canonicalJson(value)}`;
}
