/**
 * The short way from a draft to the bytes of its item, without a string in between: for events and users whose attributes
 * are one flat object of plain values. It checks as it writes. What it does not take, whether it is allowed or not, is left
 * to the long way (item.ts), which writes the same bytes and finds out what is wrong. Functions here take many parameters
 * rather than an object: an object for each field is what this file is there to avoid.
 */
import { ATTRIBUTES_MAX, NAME_BYTES_MAX } from '@dataloaf/core/limits';
import type { Draft } from '../types.ts';
import { ascii, NOT_PLAIN, putBytes, putScalar, putText } from './json-bytes.ts';

/** Shorter than the longest text that the wire takes (60,000 bytes), and than the largest item: neither is tested again. */
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

/** Names come again and again; those that are made up on the fly must not fill the memory. */
const NAMES_MAX = 4_096;
const names = new Map<string, Buffer>();

/** What the last items of one event had at each place: the next one most likely has it too, and need not look it up. */
interface Shape {
  readonly names: string[];
  readonly bytes: Buffer[];
}
const SHAPES_MAX = 1_024;
const shapes = new Map<string, Shape>();
const otherShape: Shape = { names: [], bytes: [] };
const userShape: Shape = { names: [], bytes: [] };

/** Writes the item from the start of `target`; answers its length, or NOT_PLAIN. Its ids and names are checked before. */
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
  let at = putField(target, 0, EVENT_ID, draft.id);
  at = putField(target, at, EVENT_NAME, draft.name);
  at = putField(target, at, USER_ID, draft.userId);
  at = putField(target, at, EVENT_CREATED, draft.timestamp);
  const { attributes } = draft;
  if (attributes !== undefined) at = putAttributes(target, at, EVENT_ATTRIBUTES, attributes, shapeOf(draft.name));
  return putBytes(target, at, BRACE_CLOSE);
}

function writeUser(target: Buffer, draft: Extract<Draft, { kind: 'user' }>): number {
  let at = putField(target, 0, OP_ID, draft.id);
  at = putField(target, at, USER_ID, draft.userId);
  at = putField(target, at, OP_AT, draft.timestamp);
  const { attributes } = draft;
  if (attributes !== undefined) at = putAttributes(target, at, USER_ATTRIBUTES, attributes, userShape);
  return putBytes(target, at, BRACE_CLOSE);
}

function putField(target: Buffer, at: number, name: Buffer, text: string): number {
  return putText(target, putBytes(target, at, name), text);
}

/** Nothing where there are none: the wire has it that way. */
function putAttributes(target: Buffer, at: number, field: Buffer, attributes: object, shape: Shape): number {
  if (!isFlatObject(attributes)) return NOT_PLAIN;
  const start = putBytes(target, at, field);
  if (start === NOT_PLAIN) return NOT_PLAIN;
  const end = putEntries(target, start, attributes, shape);
  if (end === start) return at;
  // Each entry begins with a comma; the first one gives way.
  if (end !== NOT_PLAIN) target[start] = BRACE_OPEN;
  return putBytes(target, end, BRACE_CLOSE);
}

function isFlatObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('toJSON' in value);
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
    at = putScalar(target, putBytes(target, at, nameBytes), value);
    if (at === NOT_PLAIN) return NOT_PLAIN;
  }
  return at;
}

function shapeOf(eventName: string): Shape {
  const known = shapes.get(eventName);
  if (known !== undefined) return known;
  if (shapes.size >= SHAPES_MAX) return otherShape;
  const shape = { names: [], bytes: [] };
  shapes.set(eventName, shape);
  return shape;
}

/** Undefined for a name that is not allowed. */
function learn(shape: Shape, place: number, name: string): Buffer | undefined {
  const bytes = names.get(name) ?? encodeName(name);
  if (bytes !== undefined && shape.names.length >= place) {
    shape.names[place] = name;
    shape.bytes[place] = bytes;
  }
  return bytes;
}

/** Between its comma and its colon. */
function encodeName(name: string): Buffer | undefined {
  if (name === '' || Buffer.byteLength(name) > NAME_BYTES_MAX) return undefined;
  const bytes = Buffer.from(`,${JSON.stringify(name)}:`);
  if (names.size < NAMES_MAX) names.set(name, bytes);
  return bytes;
}
