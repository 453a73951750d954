/** The event: its columns, and the parser that turns a wire item into a row or a reason. */

import { Buffer } from 'node:buffer';
import { type RowOf, required, SUPER, TIMESTAMP, toLine, varchar } from '../columns.ts';
import { ID_BYTES_MAX, NAME_BYTES_MAX, USER_ID_BYTES_MAX } from '../limits.ts';
import { parseAttributes } from './attributes.ts';
import { eventHash, HASH_COLUMN, HASH_MEMBER_BYTES } from './content-hash.ts';
import { checkAhead, parseInstant } from './instant.ts';
import { checkLineBytes } from './line-bytes.ts';
import { accept, isObject, kindOf, type Parsed, reject } from './parsed.ts';
import { RealDate } from './real-date.ts';
import { EVENT_NAME_RULE, ID_RULE, parseText, USER_ID_RULE } from './text.ts';
import { unknownField } from './unknown-field.ts';

/** The columns of an event. */
export const EVENT_COLUMNS = {
  event_id: required(varchar(ID_BYTES_MAX), 'identity: a repeat with the same id is the same event'),
  event_name: required(varchar(NAME_BYTES_MAX), 'name of the event'),
  user_id: required(varchar(USER_ID_BYTES_MAX), 'user who caused it'),
  event_created: required(TIMESTAMP, 'when it happened, UTC'),
  event_attributes: required(SUPER, 'attributes of the event, a JSON object'),
} as const;

/** The columns of a line in S3, and of the staging table. */
export const EVENT_LINE_COLUMNS = { ...EVENT_COLUMNS, ...HASH_COLUMN } as const;

/** A parsed item: its id, and its line in S3. */
export interface Line {
  readonly id: string;
  readonly line: string;
}

export interface Arrival {
  /** When the request arrived, milliseconds. */
  readonly nowMs: number;
  /** An id for an item without one. */
  newId(): string;
}

const FIELDS = Object.keys(EVENT_COLUMNS);

export function parseEvent(item: unknown, arrival: Arrival): Parsed<Line> {
  if (!isObject(item)) return reject('not_an_object', `Expected an event to be an object, got ${kindOf(item)}.`);
  const unknown = unknownField(item, FIELDS);
  if (unknown !== undefined) return unknown;
  const id = parseId(item['event_id'], arrival);
  if (!id.ok) return id;
  const name = parseText(item['event_name'], EVENT_NAME_RULE, 'event_name');
  if (!name.ok) return name;
  const user = parseText(item['user_id'], USER_ID_RULE, 'user_id');
  if (!user.ok) return user;
  const created = parseCreated(item['event_created'], arrival);
  if (!created.ok) return created;
  const value = item['event_attributes'] ?? {};
  const attributes = parseAttributes(value, 'event_attributes');
  if (!attributes.ok) return attributes;
  return sizedLine({
    event_id: id.value,
    event_name: name.value,
    user_id: user.value,
    event_created: created.value,
    event_attributes: attributes.value,
    content_hash: eventHash({ name: name.value, user: user.value }, { value, text: attributes.value }),
  });
}

/** A new id when the field is absent. */
function parseId(value: unknown, arrival: Arrival): Parsed<string> {
  if (value === undefined || value === null) return accept(arrival.newId());
  return parseText(value, ID_RULE, 'event_id');
}

/** The time of arrival when the field is absent. */
function parseCreated(value: unknown, arrival: Arrival): Parsed<string> {
  if (value === undefined || value === null) return accept(new RealDate(arrival.nowMs).toISOString());
  const created = parseInstant(value, 'event_created');
  if (!created.ok) return created;
  return checkAhead(created.value, arrival.nowMs, 'event_created') ?? accept(new RealDate(created.value).toISOString());
}

function sizedLine(row: RowOf<typeof EVENT_LINE_COLUMNS>): Parsed<Line> {
  const line = toLine(EVENT_LINE_COLUMNS, row);
  const bytes = Buffer.byteLength(line) - HASH_MEMBER_BYTES;
  return checkLineBytes(bytes, 'an event') ?? accept({ id: row.event_id, line });
}
