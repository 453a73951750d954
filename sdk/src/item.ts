/**
 * Turns what was captured into the text that goes to disk and wire. Checks the rules of the wire first: an item that the
 * API would refuse is refused here, with the same code, where the caller can see it. The id stands first.
 */
import type { RejectCode } from '@dataloaf/core/api';
import { FUTURE_MS_MAX, ID_BYTES_MAX, ITEM_BYTES_MAX, NAME_BYTES_MAX, USER_ID_BYTES_MAX } from '@dataloaf/core/limits';
import {
  checkName,
  findIncrementViolation,
  findViolation,
  fits,
  kindOf,
  type Violation,
  violation,
} from './attribute-rules.ts';
import type { Draft } from './types.ts';

/** ISO 8601 with a date alone (UTC) or a time and an offset: a time without one would mean another instant on each host. */
const ISO_TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d))?$/i;
const YEAR_1_MS = Date.parse('0001-01-01T00:00:00Z');
const YEAR_10000_MS = Date.UTC(10_000, 0, 1);

/** An item as JSON: `head`, then `attributes`, then a closing brace. Apart, because joining copies the larger of them. */
export interface EncodedItem {
  readonly kind: 'encoded';
  readonly head: string;
  readonly attributes: string;
}

/** The item, or the rule that it breaks. @throws what a getter or a `toJSON` of the caller throws. */
export function encodeItem(draft: Draft): EncodedItem | Violation {
  const wrong = checkFrame(draft) ?? checkContent(draft);
  if (wrong !== undefined) return wrong;
  const item = draft.kind === 'update' ? encodeUpdate(draft) : encodeWithAttributes(draft);
  const { head, attributes } = item;
  if (fits(attributes, ITEM_BYTES_MAX - head.length * 3)) return item;
  const bytes = Buffer.byteLength(head) + Buffer.byteLength(attributes) + 1;
  if (bytes <= ITEM_BYTES_MAX) return item;
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

/** Field names here and below are those of EventItem, UserItem and UpdateItem in core/src/api.ts. */
function encodeWithAttributes(draft: Exclude<Draft, UpdateDraft>): EncodedItem {
  const id = quote(draft.id);
  const user = quote(draft.userId);
  const isEvent = draft.kind === 'event';
  const head = isEvent
    ? `{"event_id":${id},"event_name":${quote(draft.name)},"user_id":${user},"event_created":"${draft.timestamp}"`
    : `{"op_id":${id},"user_id":${user},"op_at":"${draft.timestamp}"`;
  const attributes = draft.attributes === undefined ? '{}' : JSON.stringify(draft.attributes);
  // What holds nothing is left out.
  if (attributes === '{}') return { kind: 'encoded', head, attributes: '' };
  return { kind: 'encoded', head: `${head},"${isEvent ? 'event' : 'user'}_attributes":`, attributes };
}

function encodeUpdate(draft: UpdateDraft): EncodedItem {
  const head = `{"op_id":${quote(draft.id)},"user_id":${quote(draft.userId)},"op_at":"${draft.timestamp}"`;
  const { set, unset, increment } = draft;
  return {
    kind: 'encoded',
    head,
    attributes: field('set', set) + field('unset', unset) + field('increment', increment),
  };
}

function field(name: string, value: object | undefined): string {
  if (value === undefined) return '';
  const json = JSON.stringify(value);
  return json === '{}' || json === '[]' ? '' : `,"${name}":${json}`;
}

/** Texts that JSON leaves as they are; most ids and names are. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
