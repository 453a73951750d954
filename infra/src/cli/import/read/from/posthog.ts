/** PostHog's batch export as JSON lines, and its API's list of events. In a line that was Parquet, `properties` is JSON in a string. */
import { isProblem, parseObject } from '../parse-object.ts';
import type { JsonObject, VendorForm } from './vendor-form.ts';

export const POSTHOG: VendorForm = {
  event: ['event'],
  user: ['distinct_id', 'properties.distinct_id', 'person_id'],
  // ISO 8601 in UTC, with microseconds.
  time: ['timestamp'],
  id: ['uuid', 'id'],
  attributes: 'properties',
  dropped: ['_inserted_at', 'bq_ingested_timestamp', 'created_at', 'team_id'],
  prepare: (line) => ({ ...line, ...parsed(line, 'properties'), ...parsed(line, 'person_properties') }),
};

function parsed(line: JsonObject, name: string): JsonObject {
  const text = line[name];
  if (typeof text !== 'string') return {};
  const object = parseObject(text);
  // Not an object: the string stays an attribute.
  return isProblem(object) ? {} : { [name]: object.value };
}
