/** Decides each item of a request: it becomes a line to store, or a rejected item with its reason. Pure. */
import type { RejectedItem } from '../api.ts';
import { RequestError } from '../errors.ts';
import { ID_BYTES_MAX, ITEMS_PER_REQUEST_MAX } from '../limits.ts';
import type { Line } from '../values/event.ts';
import { isObject, kindOf, type Parsed, reject } from '../values/parsed.ts';
import { findRepeatedKeys, type RepeatedKey } from './repeated-keys.ts';
import type { JsonBody } from './request-body.ts';

export interface Items {
  readonly items: readonly unknown[];
  /** Items in which a key comes twice in one object, by their position: their value has lost the first of the two. */
  readonly repeated: ReadonlyMap<number, RepeatedKey>;
}

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

/** A message quotes no more than this: a key may be long. */
const NAME_CHARS_MAX = 64;

/** Accepted and rejected items each keep their order. */
export function decide({ items, repeated }: Items, rule: ItemRule): Decision {
  const lines: PlacedLine[] = [];
  const rejected: RejectedItem[] = [];
  for (const [index, item] of items.entries()) {
    const key = repeated.get(index);
    const parsed =
      key === undefined ? rule.parse(item) : reject('attribute_repeated', onceMessage('in an object', key.name));
    if (parsed.ok) lines.push({ line: parsed.value.line, id: idOf(item, rule.idField), index });
    else rejected.push({ index, id: idOf(item, rule.idField), code: parsed.code, message: parsed.message });
  }
  return { lines, rejected };
}

/** The items of a body such as `{"events": [...]}`. @throws RequestError 400 or 413 */
export function itemsOf({ value, repeatedIn }: JsonBody, field: string): Items {
  const items = isObject(value) ? value[field] : undefined;
  if (!Array.isArray(items)) {
    const got = isObject(value) ? kindOf(items) : kindOf(value);
    throw bodyInvalid(`Expected the body to be an object with an array "${field}", got ${got}.`);
  }
  if (items.length > ITEMS_PER_REQUEST_MAX) {
    throw new RequestError(413, 'too_many_items', {
      message: `Expected at most ${ITEMS_PER_REQUEST_MAX} items in "${field}", got ${items.length}.`,
      hint: 'Send them in several requests.',
    });
  }
  if (repeatedIn === undefined) return { items, repeated: NONE_REPEATED };
  const found = findRepeatedKeys(repeatedIn, field);
  if (found.outside !== undefined) throw bodyInvalid(onceMessage('in the body', found.outside));
  return { items, repeated: found.items };
}

/** The body is the only item; the path adds the members `added` to it. */
export function onlyItem({ value, repeatedIn }: JsonBody, added: Readonly<Record<string, string>>): Items {
  const items = [{ ...Object(value), ...added }];
  const found = repeatedIn === undefined ? undefined : findRepeatedKeys(repeatedIn, undefined).items.get(0);
  if (found === undefined) return { items, repeated: NONE_REPEATED };
  const text = `${JSON.stringify(added).slice(0, -1)},${found.text.slice(1)}`;
  return { items, repeated: new Map([[0, { name: found.name, text }]]) };
}

const NONE_REPEATED: Items['repeated'] = new Map();

const bodyInvalid = (message: string): RequestError => new RequestError(400, 'body_invalid', { message });

const onceMessage = (place: string, name: string): string =>
  `Expected each key once ${place}, got ${JSON.stringify(name.slice(0, NAME_CHARS_MAX))} twice.`;

function idOf(item: unknown, field: string): string | null {
  const id = isObject(item) ? item[field] : undefined;
  return typeof id === 'string' ? id.slice(0, ID_BYTES_MAX) : null;
}
