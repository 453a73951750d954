import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NUMBER_CASES } from '../../../../../core/test/number-cases.ts';
import { csvValue } from '../../../../src/cli/import/read/csv-value.ts';

describe('csvValue', () => {
  it.each([
    ['12', 12],
    ['12.00', 12],
    ['11.77', 11.77],
    ['-0.5', -0.5],
    ['0', 0],
    ['0.0000001', 1e-7],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['100000.000000000000000', 100_000],
    ['0.1000000000000000055', 0.1],
    ['1234567890123456.7', 1234567890123456.8],
    ['52.5200065999999999999', 52.5200066],
  ])('makes %s a number, a fraction the nearest double', (text, value) => {
    expect(csvValue(text)).toBe(value);
  });

  it.each([
    '00001',
    '+1',
    '1e5',
    '.5',
    '5.',
    ' 12',
    '0x10',
    'NaN',
    'Infinity',
    'true',
    '1,000',
    '9007199254740993',
    '12345678901234567890',
    '9007199254740993.0',
    '9007199254740993.5',
    `1${'0'.repeat(500)}`,
  ])('keeps %s as a string', (text) => {
    expect(csvValue(text)).toBe(text);
  });

  it.each(NUMBER_CASES)('makes $csv of $text', ({ text, csv }) => {
    expect(csvValue(text)).toBe(csv);
  });

  it('leaves an empty field out', () => {
    expect(csvValue('')).toBeUndefined();
  });

  it('reads back every safe integer and every double in plain notation', () => {
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, min: 1e-6, max: 1e15 })), (number) => {
        expect(csvValue(String(number))).toBe(number);
      }),
    );
  });
});
