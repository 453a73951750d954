import { describe, expect, it } from 'vitest';
import type { Vendor } from '../../../../../src/cli/import/read/from/vendor-form.ts';
import type { VendorMapping } from '../../../../../src/cli/import/read/mapping.ts';
import { changesOf, readText, short } from '../outcomes.ts';
import { AT, EXPORTS } from './exports.ts';

const from = (vendor: Vendor, changes: Partial<VendorMapping> = {}): VendorMapping => ({
  from: vendor,
  event: undefined,
  user: undefined,
  time: undefined,
  id: undefined,
  ...changes,
});
const read = (vendor: Vendor, text = EXPORTS[vendor]) => readText('ndjson', text, from(vendor));

describe('an export of Mixpanel', () => {
  it('takes the time in seconds or milliseconds, and the device where there is no distinct id', () => {
    const outcomes = read('mixpanel');

    expect(short(outcomes)).toEqual([
      {
        line: 1,
        name: 'Signed up',
        userId: 'user-1',
        ownId: 'aBcD0123456789',
        timestamp: AT,
        attributes: {
          $browser: 'Firefox',
          $device_id: 'device-1',
          mp_processing_time_ms: AT + 5_000,
          mp_country_code: 'AT',
          plan: 'pro',
          $user_id: null,
        },
      },
      {
        line: 2,
        name: 'Played song',
        userId: 'device-2',
        ownId: undefined,
        timestamp: AT + 1,
        attributes: { distinct_id: '', songs: ['a', 'b'] },
      },
    ]);
    expect(changesOf(outcomes)).toEqual([]);
  });
});

describe('a pipeline of Mixpanel', () => {
  it('has the properties beside the name of the event', () => {
    const line = { event_name: 'paid', distinct_id: 'u', time: AT / 1_000, insert_id: 'i', total: 5 };

    expect(short(read('mixpanel', JSON.stringify(line)))).toEqual([
      { line: 1, name: 'paid', userId: 'u', ownId: 'i', timestamp: AT, attributes: { total: 5 } },
    ]);
  });
});

describe('an export of Amplitude', () => {
  it('keeps the properties of the event under their names, and the fields of the line that have a value', () => {
    const outcomes = read('amplitude');

    expect(short(outcomes)).toEqual([
      {
        line: 1,
        name: 'purchase',
        userId: 'user-1',
        ownId: '5e1c1c3e-6f1f-4f4f-9d1e-0c8f4b1d2a3b',
        timestamp: AT,
        attributes: {
          total: 12.5,
          city: 'Vienna',
          $insert_id: '1f0b-77',
          amplitude_id: 4_711_001,
          app: 1234,
          country: 'Austria',
          device_id: 'device-1',
          platform: 'iOS',
          session_id: -1,
          user_properties: { plan: 'pro' },
        },
      },
      {
        line: 2,
        name: 'opened',
        userId: 'device-2',
        ownId: '5e1c1c3e-6f1f-4f4f-9d1e-0c8f4b1d2a3c',
        timestamp: AT + 1_123,
        attributes: { amplitude_id: 4_711_002 },
      },
    ]);
    expect(changesOf(outcomes)).toEqual(['name_taken']);
  });
});

describe('an export of PostHog', () => {
  it('reads properties as an object and as JSON in a string', () => {
    expect(short(read('posthog'))).toEqual([
      {
        line: 1,
        name: '$pageview',
        userId: 'user-1',
        ownId: '01939a6e-0000-7000-8000-000000000001',
        timestamp: AT,
        attributes: {
          $current_url: 'https://example.com/',
          $lib: 'web',
          person_id: 'c0ffee00-0000-4000-8000-000000000001',
          person_properties: { email: 'a@example.com' },
        },
      },
      {
        line: 2,
        name: 'paid',
        userId: 'c0ffee00-0000-4000-8000-000000000002',
        ownId: '01939a6e-0000-7000-8000-000000000002',
        timestamp: AT + 1_500,
        attributes: { total: 5 },
      },
    ]);
  });
});

describe('properties of PostHog as a string', () => {
  it.each(['not json', '[1]', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`])(
    'stay a string when they are no object, or a very deep one: %.9s',
    (properties) => {
      const line = { uuid: 'i', event: 'e', distinct_id: 'u', timestamp: '2025-11-22', properties };

      const [outcome] = read('posthog', JSON.stringify(line));

      expect(outcome).toMatchObject({ kind: 'event', event: { attributes: { properties } } });
    },
  );
});

describe('an export of Segment', () => {
  it('takes track and page calls, counts an identify call, and shortens a long id', () => {
    const outcomes = read('segment');

    expect(short(outcomes)).toEqual([
      {
        line: 1,
        name: 'Order Completed',
        userId: 'user-1',
        ownId: 'ajs-next-1795328163000-5e1c1c3e-6f1f-4f4f-9d1e-0c8f4b1d2a3b',
        timestamp: AT,
        attributes: {
          total: 30,
          products: [{ sku: 'a' }],
          anonymousId: 'anon-1',
          context: { ip: '192.0.2.1', library: { name: 'analytics.js' } },
        },
      },
      '2 not_an_event',
      {
        line: 3,
        name: 'page',
        userId: 'anon-2',
        ownId: expect.stringMatching(/^[0-9a-f]{64}$/),
        timestamp: AT + 1_000,
        attributes: { name: 'Home', path: '/' },
      },
    ]);
    expect(changesOf(outcomes)).toEqual(['id_hashed']);
  });
});

describe('an export of GA4', () => {
  it('turns lists of parameters into names and values, and microseconds into a time', () => {
    const outcomes = read('ga4');

    expect(short(outcomes)).toEqual([
      {
        line: 1,
        name: 'purchase',
        userId: 'user-1',
        ownId: undefined,
        timestamp: AT,
        attributes: {
          page_title: 'Thanks',
          ga_session_id: 1_795_328_000,
          value: 9.5,
          order: '12345678901234567890',
          user_pseudo_id: '1234567.1795328000',
          user_properties: { plan: 'pro' },
          device: { category: 'mobile', language: null },
          items: [{ item_id: 'a', quantity: 2, item_params: { colour: 'red' } }],
          event_bundle_sequence_id: 42,
          platform: 'WEB',
        },
      },
      {
        line: 2,
        name: 'page_view',
        userId: '1234567.1795328001',
        ownId: undefined,
        timestamp: AT + 1_000,
        attributes: { n: 3 },
      },
    ]);
  });
});

describe('a ready-made mapping', () => {
  it('names every field that it tried when a line has none of them', () => {
    const [outcome] = read('amplitude', '{"event_type":"a","event_time":"2026-11-22"}\n');

    expect(outcome).toMatchObject({
      kind: 'reject',
      reject: { code: 'field_missing', message: expect.stringContaining('user_id or device_id or amplitude_id') },
    });
  });

  it('is replaced field by field by the options', () => {
    const mapping = from('mixpanel', { user: 'properties.$device_id', event: { kind: 'constant', name: 'hit' } });

    const [first] = short(readText('ndjson', EXPORTS.mixpanel, mapping));

    expect(first).toMatchObject({ name: 'hit', userId: 'device-1', attributes: { distinct_id: 'user-1' } });
  });

  it('rejects a line that is not of this vendor, and goes on', () => {
    const outcomes = read('posthog', `{"a":1}\n${EXPORTS.posthog}`);

    expect(short(outcomes)[0]).toBe('1 field_missing');
    expect(outcomes.slice(1).map(({ kind }) => kind)).toEqual(['event', 'event']);
  });

  it('keeps a property of any name, __proto__ included', () => {
    const line = '{"event":"a","properties":{"time":1795328163,"distinct_id":"u","__proto__":1,"constructor":2}}';

    const [outcome] = read('mixpanel', line);

    expect(JSON.stringify(outcome?.kind === 'event' && outcome.event.attributes)).toBe(
      '{"__proto__":1,"constructor":2}',
    );
  });

  it('refuses CSV and says what to do', () => {
    expect(() => readText('csv', 'user\nu\n', from('mixpanel'))).toThrow(
      expect.objectContaining({ code: 'format_unsupported', hint: expect.stringContaining('--user') }),
    );
  });
});
