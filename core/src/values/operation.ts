/**
 * The operation: one create-user or update-user request, as an append-only row. A create is a set of all that it
 * mentions. `null` in a set is an unset. Which of two operations wins is decided later, per attribute, by
 * `(op_at, op_id)`; so an `op_at` later than arrival is lowered to arrival here, once, before anything is stored.
 */

import { nullable, type RowOf, required, SUPER, TIMESTAMP, toLine, varchar } from '../columns.ts';
import { ATTRIBUTES_MAX, ID_BYTES_MAX, INCREMENT_ABS_MAX, ITEM_BYTES_MAX, USER_ID_BYTES_MAX } from '../limits.ts';
import { canonicalJson, findProblem } from './attributes.ts';
import { type Arrival, type Line, parseUserId } from './event.ts';
import { parseInstant } from './instant.ts';
import { accept, isObject, kindOf, type Parsed, reject } from './parsed.ts';
import { parseText } from './text.ts';
import { unknownField } from './unknown-field.ts';

export const OPERATION_COLUMNS = {
  op_id: required(varchar(ID_BYTES_MAX), 'identity: a repeat of the same id is the same operation'),
  user_id: required(varchar(USER_ID_BYTES_MAX), 'whose attributes'),
  op_at: required(TIMESTAMP, 'when it was so, UTC'),
  set_attributes: nullable(SUPER, 'object of the attributes to set'),
  unset_attributes: nullable(SUPER, 'object whose names are the attributes to remove'),
  increment_attributes: nullable(SUPER, 'object of the numbers to add'),
} as const;

export type OperationRow = RowOf<typeof OPERATION_COLUMNS>;

const CREATE_FIELDS = ['op_id', 'user_id', 'op_at', 'user_attributes'];
const UPDATE_FIELDS = ['op_id', 'user_id', 'op_at', 'set', 'unset', 'increment'];

/** `POST /v1/users`. */
export function parseCreate(item: unknown, arrival: Arrival): Parsed<Line> {
  if (!isObject(item)) return reject('not_an_object', `Expected a user to be an object, got ${kindOf(item)}.`);
  const unknown = unknownField(item, CREATE_FIELDS);
  if (unknown !== undefined) return unknown;
  return parseOperation(item, { set: item['user_attributes'] ?? {}, setField: 'user_attributes', arrival });
}

/** `PATCH /v1/users`. */
export function parseUpdate(item: unknown, arrival: Arrival): Parsed<Line> {
  if (!isObject(item)) return reject('not_an_object', `Expected an update to be an object, got ${kindOf(item)}.`);
  const unknown = unknownField(item, UPDATE_FIELDS);
  if (unknown !== undefined) return unknown;
  if (item['set'] == null && item['unset'] == null && item['increment'] == null) {
    return reject('update_empty', 'Expected an update to have set, unset or increment, got none of them.');
  }
  if (item['increment'] != null && item['op_id'] == null) {
    return reject('op_id_required', 'Expected op_id beside increment: without it a repeat would count twice.');
  }
  return parseOperation(item, { set: item['set'] ?? {}, setField: 'set', arrival });
}

interface OperationContext {
  readonly set: unknown;
  readonly setField: string;
  readonly arrival: Arrival;
}

function parseOperation(item: Readonly<Record<string, unknown>>, context: OperationContext): Parsed<Line> {
  const id = parseOpId(item['op_id'], context.arrival);
  if (!id.ok) return id;
  const user = parseUserId(item['user_id']);
  if (!user.ok) return user;
  const at = parseOpAt(item['op_at'], context.arrival);
  if (!at.ok) return at;
  const changes = parseChanges(item, context);
  if (!changes.ok) return changes;
  const line = toLine(OPERATION_COLUMNS, { op_id: id.value, user_id: user.value, op_at: at.value, ...changes.value });
  const bytes = Buffer.byteLength(line);
  if (bytes > ITEM_BYTES_MAX) {
    return reject('item_too_large', `Expected an operation of at most ${ITEM_BYTES_MAX} bytes, got ${bytes}.`);
  }
  return accept({ id: id.value, line });
}

function parseOpId(value: unknown, arrival: Arrival): Parsed<string> {
  if (value === undefined || value === null) return accept(arrival.newId());
  return parseText(value, { field: 'op_id', bytesMax: ID_BYTES_MAX, code: 'id_invalid' });
}

function parseOpAt(value: unknown, arrival: Arrival): Parsed<string> {
  if (value === undefined || value === null) return accept(new Date(arrival.nowMs).toISOString());
  const at = parseInstant(value, 'op_at');
  return at.ok ? accept(new Date(Math.min(at.value, arrival.nowMs)).toISOString()) : at;
}

/** User attributes are compared as texts in the warehouse, where Redshift does not see a trailing blank. */
function blankName(value: unknown, field: string): Parsed<never> | undefined {
  if (!isObject(value) || !Object.keys(value).some((name) => name.endsWith(' '))) return undefined;
  return reject('attribute_name_invalid', `Expected names in ${field} without a blank at the end.`);
}

type Changes = Pick<OperationRow, 'set_attributes' | 'unset_attributes' | 'increment_attributes'>;

function parseChanges(item: Readonly<Record<string, unknown>>, context: OperationContext): Parsed<Changes> {
  const problem = findProblem(context.set, context.setField) ?? blankName(context.set, context.setField);
  if (problem !== undefined) return problem;
  const unset = parseUnset(item['unset']);
  if (!unset.ok) return unset;
  const increment = parseIncrement(item['increment']);
  if (!increment.ok) return increment;
  // Maps, not objects: attributes may be called __proto__.
  const set = new Map(Object.entries(isObject(context.set) ? context.set : {}));
  const repeated = findRepeated([set, unset.value, increment.value]);
  if (repeated !== undefined) return repeated;
  for (const [name, value] of set) {
    if (value !== null) continue;
    set.delete(name);
    unset.value.set(name, true);
  }
  return accept({
    set_attributes: objectText(set),
    unset_attributes: objectText(unset.value),
    increment_attributes: objectText(increment.value),
  });
}

function parseUnset(value: unknown): Parsed<Map<string, unknown>> {
  if (value === undefined || value === null) return accept(new Map());
  if (!Array.isArray(value) || !value.every((name) => typeof name === 'string')) {
    return reject('attributes_invalid', `Expected unset to be an array of names, got ${kindOf(value)}.`);
  }
  if (value.length > ATTRIBUTES_MAX) {
    return reject('too_many_keys', `Expected unset to have at most ${ATTRIBUTES_MAX} names, got ${value.length}.`);
  }
  const names = new Map<string, unknown>(value.map((name) => [name, true]));
  if (names.size < value.length) return reject('attribute_repeated', 'Expected each name once in unset.');
  return findProblem(Object.fromEntries(names), 'unset') ?? accept(names);
}

function parseIncrement(value: unknown): Parsed<Map<string, unknown>> {
  if (value === undefined || value === null) return accept(new Map());
  const problem = findProblem(value, 'increment');
  if (problem !== undefined) return problem;
  const blank = blankName(value, 'increment');
  if (blank !== undefined) return blank;
  const amounts = new Map(Object.entries(value));
  for (const [name, amount] of amounts) {
    if (typeof amount === 'number' && Math.abs(amount) <= INCREMENT_ABS_MAX) continue;
    return reject(
      'increment_invalid',
      `Expected increment ${JSON.stringify(name)} to be a number of at most ${INCREMENT_ABS_MAX}, got ${kindOf(amount)}.`,
    );
  }
  return accept(amounts);
}

function findRepeated(parts: readonly ReadonlyMap<string, unknown>[]): Parsed<never> | undefined {
  const seen = new Set<string>();
  for (const name of parts.flatMap((part) => [...part.keys()])) {
    if (seen.has(name)) {
      return reject(
        'attribute_repeated',
        `Expected each attribute once in an operation, got ${JSON.stringify(name)} twice.`,
      );
    }
    seen.add(name);
  }
  return undefined;
}

/** Null for an empty one: the column stays null, and the fold has nothing to unnest. */
function objectText(entries: ReadonlyMap<string, unknown>): string | null {
  return entries.size === 0 ? null : canonicalJson(Object.fromEntries(entries));
}
