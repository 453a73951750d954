/**
 * Turns what was captured into the bytes that go to disk and wire. Checks the rules of the wire first: an item that the
 * API would refuse is refused here, with the same code, where the caller can see it. The id stands first.
 */
import type { RejectCode } from '@dataloaf/core/api';
import { FUTURE_MS_MAX, ID_BYTES_MAX, ITEM_BYTES_MAX, NAME_BYTES_MAX, USER_ID_BYTES_MAX } from '@dataloaf/core/limits';
import type { Draft } from '../types.ts';
import {
  checkName,
  findIncrementViolation,
  findViolation,
  fits,
  kindOf,
  type Violation,
  violation,
} from './attribute-rules.ts';
import { PLAIN_BYTES_MAX, writePlainItem } from './encode-plain.ts';
import { NOT_PLAIN } from './json-bytes.ts';

/** ISO 8601 with a date alone (UTC) or a time and an offset: a time without one would mean another instant on each host. */
const ISO_TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d))?$/i;
const YEAR_1_MS = Date.parse('0001-01-01T00:00:00Z');
const YEAR_10000_MS = Date.UTC(10_000, 0, 1);

/** An item as JSON in UTF-8, from the start of `buffer`. To be copied at once: the next item may be written over it. */
export interface EncodedItem {
  readonly kind: 'encoded';
  readonly buffer: Buffer;
  readonly bytes: number;
}

const plain = { kind: 'encoded' as const, buffer: Buffer.allocUnsafeSlow(PLAIN_BYTES_MAX), bytes: 0 };
let isPlainBusy = false;

/** The item, or the rule that it breaks. @throws what a getter or a `toJSON` of the caller throws. */
export function encodeItem(draft: Draft): EncodedItem | Violation {
  return checkFrame(draft) ?? encodePlain(draft) ?? checkContent(draft) ?? encodeAny(draft);
}

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

function encodeAny(draft: Draft): EncodedItem | Violation {
  const buffer = Buffer.from(serialise(draft));
  const bytes = buffer.length;
  if (bytes <= ITEM_BYTES_MAX) return { kind: 'encoded', buffer, bytes };
  return violation('item_too_large', `an item may have ${ITEM_BYTES_MAX} bytes as JSON, got ${bytes}`);
}

/** The instant in UTC milliseconds, undefined when it is none. */
export function parseTimestamp(value: unknown): number | undefined {
  const ms = readTimestamp(value);
  return ms >= YEAR_1_MS && ms < YEAR_10000_MS ? Math.trunc(ms) : undefined;
}

function readTimestamp(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'string' || !ISO_TIME.test(value)) return Number.NaN;
  return Date.parse(value.replace(',', '.').replace(' ', 'T'));
}

/** Whether an event's time lies further ahead than the API takes. */
export function isTooFarAhead(ms: number, nowMs: number): boolean {
  return ms > nowMs + FUTURE_MS_MAX;
}

function checkFrame(draft: Draft): Violation | undefined {
  const { id, userId } = draft;
  if (!isText(id, ID_BYTES_MAX)) return textRule('id_invalid', 'id', { bytes: ID_BYTES_MAX, value: id });
  if (!isText(userId, USER_ID_BYTES_MAX)) {
    return textRule('user_id_invalid', 'userId', { bytes: USER_ID_BYTES_MAX, value: userId });
  }
  if (draft.kind === 'event' && !isText(draft.name, NAME_BYTES_MAX)) {
    return textRule('name_invalid', 'name', { bytes: NAME_BYTES_MAX, value: draft.name });
  }
  return undefined;
}

function checkContent(draft: Draft): Violation | undefined {
  if (draft.kind === 'update') return checkUpdate(draft);
  return draft.attributes === undefined ? undefined : findViolation(draft.attributes, 'attributes');
}

type UpdateDraft = Extract<Draft, { kind: 'update' }>;

function checkUpdate(draft: UpdateDraft): Violation | undefined {
  const { set, unset, increment } = draft;
  const wrong =
    (set === undefined ? undefined : findViolation(set, 'attributes')) ??
    (unset === undefined ? undefined : checkUnset(unset)) ??
    (increment === undefined ? undefined : findIncrementViolation(increment));
  if (wrong !== undefined) return wrong;
  const names = [...definedNames(set), ...(unset ?? []), ...definedNames(increment)];
  if (names.length === 0) return violation('update_empty', 'an update must set, unset or increment something');
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return undefined;
  return violation('attribute_repeated', `${repeated} may be mentioned once in one update`);
}

function checkUnset(unset: unknown): Violation | undefined {
  if (!Array.isArray(unset)) return violation('attributes_invalid', `unset must be an array, got ${kindOf(unset)}`);
  return unset.map((name) => checkName(name, 'unset')).find((wrong) => wrong !== undefined);
}

function definedNames(attributes: object | undefined): readonly string[] {
  return Object.entries(attributes ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
}

function isText(value: unknown, bytes: number): boolean {
  return typeof value === 'string' && value !== '' && fits(value, bytes);
}

function textRule(code: RejectCode, field: string, { bytes, value }: { bytes: number; value: unknown }): Violation {
  const got = typeof value === 'string' ? `${Buffer.byteLength(value)} bytes` : kindOf(value);
  return violation(code, `${field} must be a text of 1 to ${bytes} bytes, got ${got}`);
}

/** Field names are those of EventItem, UserItem and UpdateItem in core/src/api.ts. */
function serialise(draft: Draft): string {
  const id = JSON.stringify(draft.id);
  const user = JSON.stringify(draft.userId);
  switch (draft.kind) {
    case 'event': {
      const name = JSON.stringify(draft.name);
      const tail = field('event_attributes', draft.attributes);
      return `{"event_id":${id},"event_name":${name},"user_id":${user},"event_created":"${draft.timestamp}"${tail}}`;
    }
    case 'user':
      return `{"op_id":${id},"user_id":${user},"op_at":"${draft.timestamp}"${field('user_attributes', draft.attributes)}}`;
    case 'update': {
      const tail = field('set', draft.set) + field('unset', draft.unset) + field('increment', draft.increment);
      return `{"op_id":${id},"user_id":${user},"op_at":"${draft.timestamp}"${tail}}`;
    }
  }
}

/** What holds nothing is left out. */
function field(name: string, value: object | undefined): string {
  if (value === undefined) return '';
  const json: string | undefined = JSON.stringify(value);
  return json === undefined || json === '{}' || json === '[]' ? '' : `,"${name}":${json}`;
}
