import { describe, expect, it } from 'vitest';
import { formatAverage, formatAxis, formatCount, formatShare, formatShort } from '../../../src/web/words/numbers.ts';

describe('numbers', () => {
  it('have thousands separators, and digits where they matter', () => {
    expect([
      formatCount(69_659),
      formatAverage(3.44),
      formatAverage(141.4),
      formatShare(1, 8),
      formatShare(0, 0),
    ]).toEqual(['69,659', '3.4', '141', '12.5 %', '–']);
  });

  it('line up in a column of shares, and only nothing and all of it are whole', () => {
    const shares = [0, 1, 60, 400, 1_000].map((part) => formatShare(part, 10_000));

    expect(shares).toEqual(['0 %', '< 0.1 %', '0.6 %', '4.0 %', '10.0 %']);
    expect(formatShare(3, 3)).toBe('100 %');
  });

  it('of one axis have one form', () => {
    expect(formatAxis([0, 2_000, 8_000])).toEqual(['0', '2,000', '8,000']);
    expect(formatAxis([0, 2_000, 8_000, 10_000])).toEqual(['0', '2K', '8K', '10K']);
    expect(formatAxis([0, 500_000, 1_000_000, 1_500_000])).toEqual(['0', '500K', '1M', '1.5M']);
  });

  it('are shortened from ten thousand on', () => {
    expect([0, 9_999, 10_000, 1_250_000].map(formatShort)).toEqual(['0', '9,999', '10K', '1.3M']);
  });
});
