import { describe, expect, it } from 'vitest';
import { pauseAfter } from '../../src/delivery/retry-after.ts';

const NOW_MS = Date.parse('2026-11-22T10:00:00Z');

describe('retry-after', () => {
  it.each([
    ['3', 3_000],
    ['0', 0],
    ['Sun, 22 Nov 2026 10:00:05 GMT', 5_000],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['86400', 300_000],
    ['soon', undefined],
    [undefined, undefined],
  ])('reads Retry-After %s', (retryAfter, ms) => {
    expect(pauseAfter({ status: 429, retryAfter }, NOW_MS)).toBe(ms);
  });

  it.each([
    [429, 3_000],
    [503, 3_000],
    [400, 3_000],
    [200, undefined],
    [302, undefined],
  ])('asks for a pause only when the answer is an error: HTTP %i', (status, ms) => {
    expect(pauseAfter({ status, retryAfter: '3' }, NOW_MS)).toBe(ms);
  });
});
