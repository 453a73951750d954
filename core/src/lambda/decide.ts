/** Decides each item of a request: a line for the log, or a reason. Pure. */
import type { RejectedItem } from '../api.ts';
import { RequestError } from '../errors.ts';
import { ID_BYTES_MAX, ITEMS_PER_REQUEST_MAX } from '../limits.ts';
import type { Line } from '../values/event.ts';
import { isObject, kindOf, type Parsed } from '../values/parsed.ts';

export interface PlacedLine {
  readonly line: string;
  /** The item's own id as it came, null when it came without: the client finds its item by it. */
  readonly id: string | null;
  /** Position in the request. */
  readonly index: number;
}

export interface Decision {
  readonly lines: readonly PlacedLine[];
  readonly rejected: readonly RejectedItem[];
}

export interface ItemRule {
  /** Where an item's id stands, for the answer. */
  readonly idField: 'event_id' | 'op_id';
  parse(item: unknown): Parsed<Line>;
}

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
