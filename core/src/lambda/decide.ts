/** Decides each item of a request: it becomes a line to store, or a rejected item with its reason. Pure. */
import type { RejectedItem } from '../api.ts';
import { RequestError } from '../errors.ts';
import { ID_BYTES_MAX, ITEMS_PER_REQUEST_MAX } from '../limits.ts';
import type { Line } from '../values/event.ts';
import { isObject, kindOf, type Parsed } from '../values/parsed.ts';

export interface PlacedLine {
  readonly line: string;
  /** The id as the client sent it, by which it recognises its item; null when it sent none. */
  readonly id: string | null;
  /** Position in the request. */
  readonly index: number;
}

export interface Decision {
  readonly lines: readonly PlacedLine[];
  readonly rejected: readonly RejectedItem[];
}

export interface ItemRule {
  /** The field with the item's id, for the response. */
  readonly idField: 'event_id' | 'op_id';
  parse(item: unknown): Parsed<Line>;
}

/** Accepted and rejected items each keep their order. */
export function decide(items: readonly unknown[], rule: ItemRule): Decision {
  const lines: PlacedLine[] = [];
  const rejected: RejectedItem[] = [];
  for (const [index, item] of items.entries()) {
    const parsed = rule.parse(item);
    if (parsed.ok) lines.push({ line: parsed.value.line, id: idOf(item, rule.idField), index });
    else rejected.push({ index, id: idOf(item, rule.idField), code: parsed.code, message: parsed.message });
  }
  return { lines, rejected };
}

/** The items of a body such as `{"events": [...]}`. @throws RequestError 400 or 413 */
export function itemsOf(body: unknown, field: string): readonly unknown[] {
  const items = isObject(body) ? body[field] : undefined;
  if (!Array.isArray(items)) {
    const got = isObject(body) ? kindOf(items) : kindOf(body);
    throw new RequestError(400, 'body_invalid', {
      message: `Expected the body to be an object with an array "${field}", got ${got}.`,
    });
  }
  if (items.length > ITEMS_PER_REQUEST_MAX) {
    throw new RequestError(413, 'too_many_items', {
      message: `Expected at most ${ITEMS_PER_REQUEST_MAX} items in "${field}", got ${items.length}.`,
      hint: 'Send them in several requests.',
    });
  }
  return items;
}

function idOf(item: unknown, field: string): string | null {
  const id = isObject(item) ? item[field] : undefined;
  return typeof id === 'string' ? id.slice(0, ID_BYTES_MAX) : null;
}
