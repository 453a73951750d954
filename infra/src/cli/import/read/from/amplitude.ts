/** Amplitude's Export API and its export to S3: one flat object for each event, with `event_properties` in it. */
import type { VendorForm } from './vendor-form.ts';

export const AMPLITUDE: VendorForm = {
  event: ['event_type'],
  user: ['user_id', 'device_id', 'amplitude_id'],
  // `2026-01-15 10:30:00.000000`, in UTC. Amplitude has corrected `event_time` by the error of the device's clock.
  time: ['event_time', 'client_event_time'],
  // Amplitude's own id of the event. An `$insert_id` need be unique only for its device and for seven days.
  id: ['uuid', '$insert_id', 'insert_id'],
  attributes: 'event_properties',
  dropped: [
    '$schema',
    'amplitude_event_type',
    'client_event_time',
    'client_upload_time',
    'data',
    'data_type',
    'event_id',
    'event_time',
    'processed_time',
    'server_received_time',
    'server_upload_time',
  ],
};
