import { describe, expect, it } from 'vitest';
import { parseInstant } from '../../src/values/instant.ts';

const isoOf = (text: unknown): string => {
  const parsed = parseInstant(text, 'event_created');
  return parsed.ok ? new Date(parsed.value).toISOString() : parsed.code;
};

describe('an instant', () => {
  it.each([
    ['2026-11-22T06:16:03.123Z', '2026-11-22T06:16:03.123Z'],
    ['2026-11-22T07:16:03.123+01:00', '2026-11-22T06:16:03.123Z'],
    ['2026-11-22T07:16:03+0100', '2026-11-22T06:16:03.000Z'],
    ['2026-11-22T06:16:03.123456789Z', '2026-11-22T06:16:03.123Z'],
    ['2026-11-22T06:16:03', '2026-11-22T06:16:03.000Z'],
    ['2026-11-22T06:16', '2026-11-22T06:16:00.000Z'],
    ['2021-01-12', '2021-01-12T00:00:00.000Z'],
    ['1969-12-31T23:30:00-01:00', '1970-01-01T00:30:00.000Z'],
    ['1970-01-01', '1970-01-01T00:00:00.000Z'],
    ['2200-12-31T23:59:59.999Z', '2200-12-31T23:59:59.999Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29', '2000-02-29T00:00:00.000Z'],
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(isoOf(text)).toBe(expected);
  });

  it.each([
    ['2021-02-29'],
    ['1900-02-29'],
    ['2026-11-31'],
    ['2026-11-00'],
    ['2021-02-30T00:00:00Z'],
    ['2026-13-01'],
    ['2026-11-22T25:00:00Z'],
    ['2026-11-22T06:16:60Z'],
    ['0000-01-01'],
    ['yesterday'],
    [''],
    [1_763_792_163],
    [null],
  ])('%j is not one', (text) => {
    expect(isoOf(text)).toBe('time_invalid');
  });

  it.each(['0001-01-01', '1969-12-31T23:59:59.999Z', '1970-01-01T00:59:59+01:00', '2201-01-01', '9999-12-31'])(
    'from 1970 to 2200 is not %s, and the message says so',
    (text) => {
      expect(parseInstant(text, 'op_at')).toMatchObject({
        code: 'time_invalid',
        message:
          'Expected op_at to be an ISO 8601 time from 1970 to 2200 such as 2026-11-22T06:16:03.123Z, got a time of another year.',
      });
    },
  );
});
