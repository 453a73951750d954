/**
 * GA4's export to BigQuery, exported from there as JSON lines. BigQuery writes an integer as a string, and GA4 keeps parameters
 * as a list of `{"key": ..., "value": {"string_value": ...}}`.
 */
import { isObject } from '@dataloaf/core/values/parsed';
import { csvValue } from '../csv-value.ts';
import type { JsonObject, VendorForm } from './vendor-form.ts';

export const GA4: VendorForm = {
  event: ['event_name'],
  user: ['user_id', 'user_pseudo_id'],
  // Microseconds since 1970.
  time: ['event_timestamp'],
  // GA4 has no id of an event.
  id: [],
  attributes: 'event_params',
  dropped: ['event_date'],
  note: 'GA4 has no ids of events: import each exported file once, and keep it unchanged.',
  prepare: (line) => unfoldObject(line) as JsonObject,
};

/** Integer columns of the schema besides the parameters. */
const INTEGERS: ReadonlySet<string> = new Set([
  'batch_event_index',
  'batch_ordering_id',
  'batch_page_id',
  'event_bundle_sequence_id',
  'event_previous_timestamp',
  'event_server_timestamp_offset',
  'item_list_index',
  'quantity',
  'set_timestamp_micros',
  'total_item_quantity',
  'unique_items',
  'user_first_touch_timestamp',
]);

/** The same value with every list of parameters as an object, at any depth: `items` has such lists, too. */
function unfold(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 && value.every(isParameter) ? unfoldList(value) : value.map(unfold);
  return isObject(value) ? unfoldObject(value) : value;
}

const unfoldObject = (object: JsonObject): unknown =>
  Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name,
      INTEGERS.has(name) && typeof value === 'string' ? csvValue(value) : unfold(value),
    ]),
  );

interface Parameter {
  readonly key: string;
  readonly value: JsonObject;
}

const isParameter = (value: unknown): value is Parameter =>
  isObject(value) && typeof value['key'] === 'string' && isObject(value['value']);

const unfoldList = (list: readonly Parameter[]): JsonObject =>
  Object.fromEntries(
    list.map(({ key, value }) => [key, parameterValue(value)] as const).filter(([, value]) => value !== undefined),
  );

/** A parameter has one value, in the field of its type. A long integer stays a string. */
function parameterValue(value: JsonObject): unknown {
  const text = value['string_value'];
  if (typeof text === 'string') return text;
  for (const type of ['int_value', 'double_value', 'float_value']) {
    const number = value[type];
    if (typeof number === 'string') return csvValue(number);
    if (typeof number === 'number') return number;
  }
  return undefined;
}
