import { describe, expect, it } from 'vitest';
import type { FreshnessAnswer, SeriesAnswer } from '../../../src/query/answers.ts';
import { needsReload } from '../../../src/web/page/needs-reload.ts';

const aLook = (load_id: number | null): FreshnessAnswer => ({
  loaded_up_to: null,
  checked_at: null,
  parked: 0,
  load_id,
});
const aSeries = (load_id: number | null): SeriesAnswer => ({
  query: '',
  granularity: 'day',
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-11-02T00:00:00.000Z',
  buckets: [],
  total: 0,
  extent: null,
  load_id,
});

describe('the page asks again', () => {
  it('when there is a load that the look before did not have', () => {
    expect(needsReload({ before: aLook(1), seen: aLook(2), shown: undefined })).toBe(true);
    expect(needsReload({ before: aLook(null), seen: aLook(1), shown: undefined })).toBe(true);
  });

  it('when its first look shows a load that its numbers do not have', () => {
    expect(needsReload({ before: undefined, seen: aLook(2), shown: aSeries(1) })).toBe(true);
  });

  it('not when the numbers are of the newest load, and not while they are on their way', () => {
    expect(needsReload({ before: undefined, seen: aLook(2), shown: aSeries(2) })).toBe(false);
    expect(needsReload({ before: undefined, seen: aLook(2), shown: undefined })).toBe(false);
    expect(needsReload({ before: aLook(2), seen: aLook(2), shown: aSeries(2) })).toBe(false);
  });
});
