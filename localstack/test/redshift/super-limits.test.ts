import { describe, expect, it } from 'vitest';
import { isFloat8, superProblem } from '../../src/redshift/super-limits.ts';

describe('a SUPER value', () => {
  it.each([
    ['{"n": 1e-307, "m": -1.7e308, "z": 0e-999, "s": "1e-400"}'],
    ['{"n": 0.000}'],
    [JSON.stringify({ s: 'x'.repeat(65_535) })],
    [JSON.stringify({ s: 'x', t: 'ü'.repeat(32_767), u: ['"\\'.repeat(9_000)] })],
    ['['.repeat(1_000) + ']'.repeat(1_000)],
    [JSON.stringify({ s: '['.repeat(2_000) })],
  ])('may be %s', (raw) => {
    expect(superProblem(raw)).toBeUndefined();
  });

  it.each([
    ['a number nearer to 0 than FLOAT8 has', '{"a": [1e-308]}', 'bad_super'],
    ['the smallest double', '{"a": 5e-324}', 'bad_super'],
    ['a number below any double', '{"a": -1e-400}', 'bad_super'],
    ['such a number without an exponent', `{"a": 0.${'0'.repeat(310)}1}`, 'bad_super'],
    ['a number above any double', '{"a": 1e309}', 'bad_super'],
    ['more than 1,000 levels', '['.repeat(1_001) + ']'.repeat(1_001), 'bad_super'],
    ['a string above 65,535 bytes', JSON.stringify({ a: ['ü'.repeat(32_768)] }), 'too_long'],
  ])('is refused with %s', (_, raw, problem) => {
    expect(superProblem(raw)).toBe(problem);
  });
});

it('FLOAT8 holds 0 and its own range', () => {
  expect(['0', '-0.0', '0e5', '1E-307', '1.797e308'].map(isFloat8)).toEqual([true, true, true, true, true]);
  expect(['1e-308', '-4.9e-324', '1e-999', '1e309'].map(isFloat8)).toEqual([false, false, false, false]);
});
