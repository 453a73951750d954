import { describe, expect, it } from 'vitest';
import type { Bar } from '../../../src/web/chart/bars.ts';
import { averageOf, peakOf } from '../../../src/web/explore/summary.ts';

const aBucket = (value: number, isComplete = true): Bar => ({ start: value, value, isComplete });

describe('the headline', () => {
  it('leaves incomplete buckets out of the average', () => {
    expect(averageOf([aBucket(10), aBucket(20), aBucket(1, false)])).toBe(15);
  });

  it('averages incomplete buckets when there are no others', () => {
    expect(averageOf([aBucket(4, false)])).toBe(4);
  });

  it('has an average of 0 over nothing', () => {
    expect(averageOf([])).toBe(0);
  });

  it('names the latest of equal peaks', () => {
    const late = { ...aBucket(9), start: 99 };

    expect(peakOf([aBucket(9), aBucket(3), late])).toBe(late);
    expect(peakOf([aBucket(0)])).toBeUndefined();
  });
});
