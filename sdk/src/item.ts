/**
 * Turns what was captured into the one text that goes to disk and wire. Checks the rules of the wire first: an item that
 * the API would refuse is refused here, with the same code, where the caller can see it. The id stands first in the text.
 */
import type { RejectCode } from '@dataloaf/core/api';
import { FUTURE_MS_MAX, ID_BYTES_MAX, ITEM_BYTES_MAX, NAME_BYTES_MAX, USER_ID_BYTES_MAX } from '@dataloaf/core/limits';
import { checkName, findIncrementViolation, findViolation, fits, kindOf, type Violation } from './attribute-rules.ts';
import type { JournalItem } from './record.ts';
import type { Draft } from './types.ts';

export type Prepared =
  | { readonly isValid: true; readonly item: JournalItem }
  | { readonly isValid: false; readonly code: RejectCode; readonly message: string };

/** ISO 8601 with a date alone (UTC) or a time and an offset: a time without one would mean another instant on each host. */
const ISO_TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d))?$/i;
const YEAR_1_MS = Date.parse('0001-01-01T00:00:00Z');
const YEAR_10000_MS = Date.UTC(10_000, 0, 1);

export function prepareItem(draft: Draft): Prepared {
  const wrong = checkFrame(draft) ?? checkContent(draft);
  if (wrong !== undefined) return { isValid: false, ...wrong };
  const json = serialise(draft);
  const bytes = Buffer.byteLength(json);
  if (bytes > ITEM_BYTES_MAX) {
    const message = `an item may have ${ITEM_BYTES_MAX} bytes as JSON, got ${bytes}`;
    return { isValid: false, code: 'item_too_large', message };
  }
  return { isValid: true, item: { kind: draft.kind, json, bytes } };
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
  if (names.length === 0) return { code: 'update_empty', message: 'an update must set, unset or increment something' };
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return undefined;
  return { code: 'attribute_repeated', message: `${repeated} may be mentioned once in one update` };
}

function checkUnset(unset: unknown): Violation | undefined {
  if (!Array.isArray(unset))
    return { code: 'attributes_invalid', message: `unset must be an array, got ${kindOf(unset)}` };
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
  return { code, message: `${field} must be a text of 1 to ${bytes} bytes, got ${got}` };
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

function field(name: string, value: object | undefined): string {
  if (value === undefined) return '';
  const json = JSON.stringify(value);
  return json === '{}' || json === '[]' ? '' : `,"${name}":${json}`;
}
