import { describe, expect, it } from 'vitest';
import { parseHttpDate } from '../../src/delivery/http-date.ts';

const NOW_MS = Date.parse('2026-11-22T10:00:00Z');

describe('HTTP date', () => {
  it.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37Z'],
    ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37Z'],
    ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37Z'],
    ['Wed Nov 16 08:49:37 1994', '1994-11-16T08:49:37Z'],
    ['Sunday, 22-Nov-26 10:00:05 GMT', '2026-11-22T10:00:05Z'],
    ['Tuesday, 29-Feb-28 00:00:00 GMT', '2028-02-29T00:00:00Z'],
    ['Thu, 31 Dec 2026 23:59:60 GMT', '2027-01-01T00:00:00Z'],
  ])('reads %s', (text, instant) => {
    expect(parseHttpDate(text, NOW_MS)).toBe(Date.parse(instant));
  });

  it.each([
    '',
    '2026-11-22T10:00:05Z',
    '2026',
    'tomorrow',
    'Sun, 22 Nov 2026 10:00:05',
    'Sun, 22 Nov 2026 10:00:05 +0000',
    'Sun, 22 Nov 2026 10:00:05 UTC',
    'sun, 22 nov 2026 10:00:05 gmt',
    'Sun, 32 Nov 2026 10:00:05 GMT',
    'Mon, 29 Feb 2027 10:00:05 GMT',
    'Sun, 22 Foo 2026 10:00:05 GMT',
    'Sun, 22 Nov 2026 24:00:00 GMT',
    'Sun, 22 Nov 2026 10:60:00 GMT',
    'Sun, 22 Nov 2026 10:00:05 GMT, Sun, 22 Nov 2026 10:00:06 GMT',
  ])('does not take "%s" for a date', (text) => {
    expect(parseHttpDate(text, NOW_MS)).toBeUndefined();
  });
});
