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
    ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(isoOf(text)).toBe(expected);
  });

  it.each([
    ['2021-02-29'],
    ['2021-02-30T00:00:00Z'],
    ['2026-13-01'],
    ['2026-11-22T25:00:00Z'],
    ['2026-11-22T06:16:60Z'],
    ['0000-01-01'],
    ['yesterday'],
    [''],
    [1_763_792_163],
    [null],
  ])('%j is none', (text) => {
    expect(isoOf(text)).toBe('time_invalid');
  });
});
