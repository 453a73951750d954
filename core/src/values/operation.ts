/**
 * The operation: one create-user or update-user request, as an append-only row. A create sets everything that it mentions.
 * Which of two operations wins is decided later, per attribute, by `(op_at, op_id)`; so an `op_at` later than arrival is
 * lowered to arrival here, once, before anything is stored.
 */

import { Buffer } from 'node:buffer';
import { nullable, type RowOf, required, SUPER, TIMESTAMP, toLine, varchar } from '../columns.ts';
import { ID_BYTES_MAX, USER_ID_BYTES_MAX } from '../limits.ts';
import { type Changes, checkChanges, checkMentioned, storeChanges } from './changes.ts';
import { HASH_COLUMN, HASH_MEMBER_BYTES, operationHash } from './content-hash.ts';
import type { Arrival, Line } from './event.ts';
import { parseInstant } from './instant.ts';
import { checkLineBytes } from './line-bytes.ts';
import { accept, isObject, kindOf, type Parsed, reject } from './parsed.ts';
import { RealDate } from './real-date.ts';
import { ID_RULE, parseText, USER_ID_RULE } from './text.ts';
import { unknownField } from './unknown-field.ts';

export const OPERATION_COLUMNS = {
  op_id: required(varchar(ID_BYTES_MAX), 'identity: a repeat with the same id is the same operation'),
  user_id: required(varchar(USER_ID_BYTES_MAX), 'user whose attributes change'),
  op_at: required(TIMESTAMP, 'when the change happened, UTC'),
  set_attributes: nullable(SUPER, 'attributes to set, a JSON object'),
  unset_attributes: nullable(SUPER, 'attributes to remove, as the names of a JSON object'),
  increment_attributes: nullable(SUPER, 'numbers to add, a JSON object'),
} as const;

/** The columns of a line in S3, and of the staging table. */
export const OPERATION_LINE_COLUMNS = { ...OPERATION_COLUMNS, ...HASH_COLUMN } as const;

export type OperationRow = RowOf<typeof OPERATION_COLUMNS>;

const CREATE_FIELDS = ['op_id', 'user_id', 'op_at', 'user_attributes'];
const UPDATE_FIELDS = ['op_id', 'user_id', 'op_at', 'set', 'unset', 'increment'];

/** `POST /v1/users`. */
export function parseCreate(item: unknown, arrival: Arrival): Parsed<Line> {
  if (!isObject(item)) return reject('not_an_object', `Expected a user to be an object, got ${kindOf(item)}.`);
  const unknown = unknownField(item, CREATE_FIELDS);
  if (unknown !== undefined) return unknown;
  const changes = { set: item['user_attributes'] };
  return parseOperation(item, { changes, setField: 'user_attributes', arrival });
}

/** `PATCH /v1/users`. */
export function parseUpdate(item: unknown, arrival: Arrival): Parsed<Line> {
  if (!isObject(item)) return reject('not_an_object', `Expected an update to be an object, got ${kindOf(item)}.`);
  const unknown = unknownField(item, UPDATE_FIELDS);
  if (unknown !== undefined) return unknown;
  const changes = { set: item['set'], unset: item['unset'], increment: item['increment'] };
  const empty = checkMentioned(changes);
  if (empty !== undefined) return empty;
  if (changes.increment != null && item['op_id'] == null) {
    return reject('op_id_required', 'Expected op_id together with increment: without it a repeat would count twice.');
  }
  return parseOperation(item, { changes, setField: 'set', arrival });
}

/** The line of an operation in S3. A line of an earlier version has no hash. */
export const operationLine = (row: OperationRow & { readonly content_hash?: string }): string =>
  toLine(OPERATION_LINE_COLUMNS, { content_hash: null, ...row });

interface OperationOptions {
  readonly changes: Changes;
  readonly setField: string;
  readonly arrival: Arrival;
}

function parseOperation(item: Readonly<Record<string, unknown>>, options: OperationOptions): Parsed<Line> {
  const { changes, setField, arrival } = options;
  const id = parseOpId(item['op_id'], arrival);
  if (!id.ok) return id;
  const user = parseText(item['user_id'], USER_ID_RULE, 'user_id');
  if (!user.ok) return user;
  const at = parseOpAt(item['op_at'], arrival);
  if (!at.ok) return at;
  const broken = checkChanges(changes, setField);
  if (broken !== undefined) return broken;
  const stored = storeChanges(changes);
  const { set_attributes, unset_attributes, increment_attributes } = stored;
  const content_hash = operationHash(user.value, [set_attributes, unset_attributes, increment_attributes]);
  const line = operationLine({ op_id: id.value, user_id: user.value, op_at: at.value, ...stored, content_hash });
  const bytes = Buffer.byteLength(line) - HASH_MEMBER_BYTES;
  return checkLineBytes(bytes, 'an operation') ?? accept({ id: id.value, line });
}

/** A new id when the field is absent. */
function parseOpId(value: unknown, arrival: Arrival): Parsed<string> {
  if (value === undefined || value === null) return accept(arrival.newId());
  return parseText(value, ID_RULE, 'op_id');
}

/** The time of arrival when the field is absent. */
function parseOpAt(value: unknown, arrival: Arrival): Parsed<string> {
  if (value === undefined || value === null) return accept(new RealDate(arrival.nowMs).toISOString());
  const at = parseInstant(value, 'op_at');
  return at.ok ? accept(new RealDate(Math.min(at.value, arrival.nowMs)).toISOString()) : at;
}
