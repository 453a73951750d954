/**
 * Mixpanel's raw event export: `{"event": ..., "properties": {"time": ..., "distinct_id": ..., "$insert_id": ...}}`. Its
 * pipelines to S3 and GCS write the properties beside the name of the event.
 */
import type { VendorForm } from './vendor-form.ts';

export const MIXPANEL: VendorForm = {
  event: ['event', 'event_name', 'mp_event_name'],
  user: [
    'properties.distinct_id',
    'properties.$user_id',
    'properties.$device_id',
    'distinct_id',
    'user_id',
    'device_id',
  ],
  // Seconds, or milliseconds with `time_in_ms=true`.
  time: ['properties.time', 'time'],
  id: ['properties.$insert_id', '$insert_id', 'insert_id'],
  attributes: 'properties',
  dropped: [],
  note: 'Mixpanel exports the times of a project from before 2023 in its time zone, not in UTC: see infra/docs/import-from.md.',
};
