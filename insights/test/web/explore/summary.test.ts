import { describe, expect, it } from 'vitest';
import { averageOf, peakOf } from '../../../src/web/explore/summary.ts';
import { aLine } from './lines.ts';

const partial = (...positions: readonly number[]): ReadonlySet<number> => new Set(positions);

describe('the headline', () => {
  it('leaves partial buckets out of the average', () => {
    expect(averageOf(aLine([10, 20, 1]), partial(2))).toBe(15);
  });

  it('averages partial buckets when there are no others', () => {
    expect(averageOf(aLine([4]), partial(0))).toBe(4);
  });

  it('has no average over nothing', () => {
    expect(averageOf(aLine([]), partial())).toBeNull();
    expect(averageOf(aLine([null, null]), partial())).toBeNull();
  });

  it('names the latest of equal peaks', () => {
    expect(peakOf(aLine([9, 3, 9]))).toBe(2);
    expect(peakOf(aLine([0, null]))).toBeUndefined();
  });
});
