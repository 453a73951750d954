import { describe, expect, it } from 'vitest';
import { pauseAfter } from '../../src/delivery/retry-after.ts';

const NOW_MS = Date.parse('2026-11-22T10:00:00Z');

const pauseOf = (retryAfter: readonly string[], date?: string): number | undefined =>
  pauseAfter({ status: 429, retryAfter, date }, NOW_MS);

describe('retry-after', () => {
  it.each([
    ['3', 3_000],
    ['0', 0],
    ['007', 7_000],
    ['Sun, 22 Nov 2026 10:00:05 GMT', 5_000],
    ['Sunday, 22-Nov-26 10:00:05 GMT', 5_000],
    ['Sun Nov 22 10:00:05 2026', 5_000],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['86400', 300_000],
    ['9'.repeat(400), 300_000],
  ])('reads Retry-After %s', (header, ms) => {
    expect(pauseOf([header])).toBe(ms);
  });

  it.each([
    '',
    'soon',
    '1.5',
    '-1',
    '+1',
    '0x10',
    '1e3',
    ' 5 ',
    '5s',
    '5, 6',
    '5;q=1',
    '1_000',
    '٣',
    'Infinity',
    '2026-11-22T10:00:05Z',
    'Nov 23 2026',
    'Sun, 22 Nov 2026 10:00:05 +0000',
  ])('ignores "%s", which is neither whole seconds nor an HTTP date', (header) => {
    expect(pauseOf([header])).toBeUndefined();
  });

  it('ignores two headers, which contradict each other, and none', () => {
    expect(pauseOf(['3', '5'])).toBeUndefined();
    expect(pauseOf([])).toBeUndefined();
  });

  it('counts a date from the Date of the answer, because the clock of this machine may be wrong', () => {
    const pause = pauseOf(['Sat, 21 Nov 2026 09:00:05 GMT'], 'Sat, 21 Nov 2026 09:00:00 GMT');

    expect(pause).toBe(5_000);
  });

  it.each([
    [429, 3_000],
    [503, 3_000],
    [400, 3_000],
    [200, undefined],
    [302, undefined],
  ])('asks for a pause only when the answer is an error: HTTP %i', (status, ms) => {
    expect(pauseAfter({ status, retryAfter: ['3'], date: undefined }, NOW_MS)).toBe(ms);
  });
});
