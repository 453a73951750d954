/**
 * The fast path from a draft to the bytes of its item, without a string in between: for events and users whose attributes
 * are plain values, and lists and objects of them, a few deep. It checks while it writes. Whatever it does not take, allowed or not, is left to the
 * general path (`encode-item.ts`), which writes the same bytes and finds out what is wrong. Functions here take many
 * parameters rather than an object: this file exists to avoid an object for each field.
 */
import { Buffer } from 'node:buffer';
import { ATTRIBUTES_MAX, KEYS_MAX } from '@dataloaf/core/limits';
import { isAttributeName } from '@dataloaf/core/values/attributes';
import { COPY_NULL, EVENT_NAME_RULE, ID_RULE, type TextRule, USER_ID_RULE } from '@dataloaf/core/values/text';
import type { Draft } from '../types.ts';
import { ascii, NOT_PLAIN, putBytes, putScalar, putText } from './json-bytes.ts';

/** Less than the longest string (60,000 bytes) and the largest item that the API takes: neither limit is tested here. */
export const PLAIN_BYTES_MAX = 16_384;

const EVENT_ID = ascii('{"event_id":');
const EVENT_NAME = ascii(',"event_name":');
const OP_ID = ascii('{"op_id":');
const USER_ID = ascii(',"user_id":');
const EVENT_CREATED = ascii(',"event_created":');
const OP_AT = ascii(',"op_at":');
const EVENT_ATTRIBUTES = ascii(',"event_attributes":');
const USER_ATTRIBUTES = ascii(',"user_attributes":');
const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = ascii('}');
const COMMA = ascii(',');
const OBJECT = ascii('{}');
const LIST = ascii('[]');
const BLANK = 0x20;

/** Lists and objects inside the attributes: `cart: { items: [{ price: 1 }] }` has three. */
const NESTING_MAX = 3;
/** Together with the attributes themselves, these are names that the API takes. */
const NESTED_NAMES_MAX = KEYS_MAX - ATTRIBUTES_MAX;
/** In the item that is being written. */
let nestedNames = 0;

/** Most names repeat; the cache is bounded, because some callers make names up. */
const NAMES_MAX = 4_096;
const names = new Map<string, Buffer>();

/** The names at each place in the last items of one event: the next item most likely has the same, and skips the lookup. */
interface Shape {
  readonly names: string[];
  readonly bytes: Buffer[];
}
const SHAPES_MAX = 1_024;
const shapes = new Map<string, Shape>();
const otherShape: Shape = { names: [], bytes: [] };
const userShape: Shape = { names: [], bytes: [] };

/** Writes the item from the start of `target`. Returns its length, or NOT_PLAIN. */
export function writePlainItem(target: Buffer, draft: Draft): number {
  switch (draft.kind) {
    case 'event':
      return writeEvent(target, draft);
    case 'user':
      return writeUser(target, draft);
    case 'update':
      return NOT_PLAIN;
  }
}

function writeEvent(target: Buffer, draft: Extract<Draft, { kind: 'event' }>): number {
  let at = putNamed(target, 0, EVENT_ID, draft.id, ID_RULE);
  at = putNamed(target, at, EVENT_NAME, draft.name, EVENT_NAME_RULE);
  at = putNamed(target, at, USER_ID, draft.userId, USER_ID_RULE);
  at = putText(target, putBytes(target, at, EVENT_CREATED), draft.timestamp);
  // A name that is refused must not become the key of a shape.
  if (at === NOT_PLAIN) return NOT_PLAIN;
  const { attributes } = draft;
  if (attributes != null) at = putAttributes(target, at, EVENT_ATTRIBUTES, attributes, shapeOf(draft.name));
  return putBytes(target, at, BRACE_CLOSE);
}

function writeUser(target: Buffer, draft: Extract<Draft, { kind: 'user' }>): number {
  let at = putNamed(target, 0, OP_ID, draft.id, ID_RULE);
  at = putNamed(target, at, USER_ID, draft.userId, USER_ID_RULE);
  at = putText(target, putBytes(target, at, OP_AT), draft.timestamp);
  const { attributes } = draft;
  if (attributes != null) at = putAttributes(target, at, USER_ATTRIBUTES, attributes, userShape);
  return putBytes(target, at, BRACE_CLOSE);
}

/** A text that its rule may refuse or trim is not plain; NUL and surrogates are not plain anyway. */
function putNamed(target: Buffer, at: number, field: Buffer, text: string, rule: TextRule): number {
  const start = putBytes(target, at, field);
  if (typeof text !== 'string' || text === '' || text === COPY_NULL) return NOT_PLAIN;
  if (text.charCodeAt(text.length - 1) === BLANK) return NOT_PLAIN;
  const end = putText(target, start, text);
  // Quotes are two bytes, and escapes only add to the bytes of the text.
  return end - start - 2 > rule.bytesMax ? NOT_PLAIN : end;
}

/** Empty attributes are left out, as on the general path. */
function putAttributes(target: Buffer, at: number, field: Buffer, attributes: object, shape: Shape): number {
  if (typeof attributes !== 'object' || !isPlainObject(attributes)) return NOT_PLAIN;
  const start = putBytes(target, at, field);
  if (start === NOT_PLAIN) return NOT_PLAIN;
  nestedNames = 0;
  const end = putEntries(target, start, attributes, shape);
  if (end === start) return at;
  // Each entry begins with a comma; the brace replaces the first.
  if (end !== NOT_PLAIN) target[start] = BRACE_OPEN;
  return putBytes(target, end, BRACE_CLOSE);
}

/** Not an instance of a class: a Map or an Error would look empty. */
function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !('toJSON' in value);
}

function putEntries(target: Buffer, start: number, values: Readonly<Record<string, unknown>>, shape: Shape): number {
  let at = start;
  let count = 0;
  for (const name in values) {
    const value = values[name];
    if (value === undefined || !Object.hasOwn(values, name)) continue;
    const nameBytes = shape.names[count] === name ? shape.bytes[count] : learn(shape, count, name);
    count += 1;
    if (nameBytes === undefined || count > ATTRIBUTES_MAX) return NOT_PLAIN;
    at = putValue(target, putBytes(target, at, nameBytes), value, NESTING_MAX);
    if (at === NOT_PLAIN) return NOT_PLAIN;
  }
  return at;
}

/** `levels`: how deep lists and objects may still be nested. */
function putValue(target: Buffer, at: number, value: unknown, levels: number): number {
  const isNested = typeof value === 'object' && value !== null;
  return isNested ? putNested(target, at, value, levels) : putScalar(target, at, value);
}

function putNested(target: Buffer, at: number, value: object, levels: number): number {
  if (at === NOT_PLAIN || levels === 0) return NOT_PLAIN;
  if (Array.isArray(value)) return 'toJSON' in value ? NOT_PLAIN : putList(target, at, value, levels - 1);
  return isPlainObject(value) ? putObject(target, at, value, levels - 1) : NOT_PLAIN;
}

/** A hole, and undefined, are not plain. */
function putList(target: Buffer, start: number, values: readonly unknown[], levels: number): number {
  let at = start;
  for (let index = 0; index < values.length && at !== NOT_PLAIN; index += 1) {
    at = putValue(target, putBytes(target, at, COMMA), values[index], levels);
  }
  return enclosed(target, start, at, LIST);
}

function putObject(target: Buffer, start: number, values: Readonly<Record<string, unknown>>, levels: number): number {
  let at = start;
  for (const name in values) {
    const value = values[name];
    if (value === undefined || !Object.hasOwn(values, name)) continue;
    const nameBytes = names.get(name) ?? encodeName(name);
    nestedNames += 1;
    if (nameBytes === undefined || nestedNames > NESTED_NAMES_MAX) return NOT_PLAIN;
    at = putValue(target, putBytes(target, at, nameBytes), value, levels);
    if (at === NOT_PLAIN) return NOT_PLAIN;
  }
  return enclosed(target, start, at, OBJECT);
}

/** What was written from `start` on begins with a comma, unless it is empty: the opening bracket replaces it. */
function enclosed(target: Buffer, start: number, end: number, brackets: Buffer): number {
  if (end === start) return putBytes(target, start, brackets);
  if (end === NOT_PLAIN) return NOT_PLAIN;
  target[start] = brackets[0] ?? 0;
  return putBytes(target, end, brackets.subarray(1));
}

function shapeOf(eventName: string): Shape {
  const known = shapes.get(eventName);
  if (known !== undefined) return known;
  if (shapes.size >= SHAPES_MAX) return otherShape;
  const shape = { names: [], bytes: [] };
  shapes.set(eventName, shape);
  return shape;
}

/** Undefined for a name that is not allowed. Only attributes of users are compared by name, so only there a blank matters. */
function learn(shape: Shape, place: number, name: string): Buffer | undefined {
  if (shape === userShape && name.endsWith(' ')) return undefined;
  const bytes = names.get(name) ?? encodeName(name);
  if (bytes !== undefined && shape.names.length >= place) {
    shape.names[place] = name;
    shape.bytes[place] = bytes;
  }
  return bytes;
}

/** With the comma before it and the colon after it. */
function encodeName(name: string): Buffer | undefined {
  if (!isAttributeName(name)) return undefined;
  const bytes = Buffer.from(`,${JSON.stringify(name)}:`);
  if (names.size < NAMES_MAX) names.set(name, bytes);
  return bytes;
}
