/** Small files in the form of each vendor's export, written from the vendor's documentation. */
import type { Vendor } from '../../../../../src/cli/import/read/from/vendor-form.ts';

const lines = (...objects: readonly object[]): string =>
  objects.map((object) => `${JSON.stringify(object)}\n`).join('');

/** The time of the first event of each file. */
export const AT = Date.UTC(2025, 10, 22, 6, 16, 3);

const MIXPANEL = lines(
  {
    event: 'Signed up',
    properties: {
      time: AT / 1_000,
      distinct_id: 'user-1',
      $insert_id: 'aBcD0123456789',
      $browser: 'Firefox',
      $device_id: 'device-1',
      mp_processing_time_ms: AT + 5_000,
      mp_country_code: 'AT',
      plan: 'pro',
      $user_id: null,
    },
  },
  { event: 'Played song', properties: { time: AT + 1, distinct_id: '', $device_id: 'device-2', songs: ['a', 'b'] } },
);

const AMPLITUDE = lines(
  {
    $insert_id: '1f0b-77',
    $schema: 13,
    amplitude_id: 4_711_001,
    app: 1234,
    city: 'Linz',
    client_event_time: '2025-11-22 06:16:01.000000',
    country: 'Austria',
    data: { path: '/' },
    device_id: 'device-1',
    event_id: 7,
    event_properties: { total: 12.5, city: 'Vienna' },
    event_time: '2025-11-22 06:16:03.000000',
    event_type: 'purchase',
    group_properties: {},
    idfa: null,
    language: '',
    platform: 'iOS',
    server_upload_time: '2025-11-22 06:16:04.000000',
    session_id: -1,
    user_id: 'user-1',
    user_properties: { plan: 'pro' },
    uuid: '5e1c1c3e-6f1f-4f4f-9d1e-0c8f4b1d2a3b',
  },
  {
    amplitude_id: 4_711_002,
    device_id: 'device-2',
    event_properties: {},
    event_time: '2025-11-22 06:16:04.123456',
    event_type: 'opened',
    user_id: null,
    uuid: '5e1c1c3e-6f1f-4f4f-9d1e-0c8f4b1d2a3c',
  },
);

const POSTHOG = lines(
  {
    uuid: '01939a6e-0000-7000-8000-000000000001',
    event: '$pageview',
    distinct_id: 'user-1',
    person_id: 'c0ffee00-0000-4000-8000-000000000001',
    properties: { $current_url: 'https://example.com/', $lib: 'web' },
    person_properties: { email: 'a@example.com' },
    elements_chain: '',
    timestamp: '2025-11-22T06:16:03.000000Z',
    created_at: '2025-11-22T06:16:05.000000Z',
    _inserted_at: '2025-11-22T06:16:09.000000Z',
    team_id: 2,
  },
  {
    uuid: '01939a6e-0000-7000-8000-000000000002',
    event: 'paid',
    distinct_id: null,
    person_id: 'c0ffee00-0000-4000-8000-000000000002',
    properties: '{"total":5}',
    timestamp: '2025-11-22 06:16:04.5+00:00',
  },
);

const SEGMENT = lines(
  {
    type: 'track',
    event: 'Order Completed',
    messageId: 'ajs-next-1795328163000-5e1c1c3e-6f1f-4f4f-9d1e-0c8f4b1d2a3b',
    userId: 'user-1',
    anonymousId: 'anon-1',
    properties: { total: 30, products: [{ sku: 'a' }] },
    context: { ip: '192.0.2.1', library: { name: 'analytics.js' } },
    integrations: {},
    originalTimestamp: '2025-11-22T06:16:01.000Z',
    receivedAt: '2025-11-22T06:16:04.000Z',
    sentAt: '2025-11-22T06:16:02.000Z',
    timestamp: '2025-11-22T06:16:03.000Z',
    version: 2,
    writeKey: 'not-to-be-kept',
  },
  { type: 'identify', userId: 'user-1', messageId: 'm2', traits: { plan: 'pro' }, timestamp: '2025-11-22T06:16:03Z' },
  {
    type: 'page',
    name: 'Home',
    messageId: `m3-${'x'.repeat(80)}`,
    userId: null,
    anonymousId: 'anon-2',
    properties: { name: 'Home', path: '/' },
    timestamp: '2025-11-22T06:16:04.000Z',
  },
);

const param = (key: string, value: object): object => ({ key, value });

const GA4 = lines(
  {
    event_date: '20251122',
    event_timestamp: String(AT * 1_000 + 250),
    event_name: 'purchase',
    event_params: [
      param('page_title', { string_value: 'Thanks' }),
      param('ga_session_id', { int_value: '1795328000' }),
      param('value', { double_value: 9.5 }),
      param('order', { int_value: '12345678901234567890' }),
      param('empty', {}),
    ],
    user_id: 'user-1',
    user_pseudo_id: '1234567.1795328000',
    user_properties: [param('plan', { string_value: 'pro', set_timestamp_micros: '1795328000000000' })],
    device: { category: 'mobile', language: null },
    items: [{ item_id: 'a', quantity: '2', item_params: [param('colour', { string_value: 'red' })] }],
    event_bundle_sequence_id: '42',
    platform: 'WEB',
  },
  {
    event_timestamp: AT * 1_000 + 1_000_000,
    event_name: 'page_view',
    event_params: [param('n', { string_value: null, int_value: 3, float_value: null, double_value: null })],
    user_id: null,
    user_pseudo_id: '1234567.1795328001',
    user_properties: [],
  },
);

export const EXPORTS: Readonly<Record<Vendor, string>> = {
  mixpanel: MIXPANEL,
  amplitude: AMPLITUDE,
  posthog: POSTHOG,
  segment: SEGMENT,
  ga4: GA4,
};
