/** Mixpanel's raw event export: `{"event": ..., "properties": {"time": ..., "distinct_id": ..., "$insert_id": ...}}`. */
import type { VendorForm } from './vendor-form.ts';

export const MIXPANEL: VendorForm = {
  event: ['event'],
  user: ['properties.distinct_id', 'properties.$user_id', 'properties.$device_id'],
  // Seconds, or milliseconds with `time_in_ms=true`.
  time: ['properties.time'],
  id: ['properties.$insert_id'],
  attributes: 'properties',
  dropped: [],
  note: 'Mixpanel exports the times of a project from before 2023 in its time zone, not in UTC: see infra/docs/import-from.md.',
};
