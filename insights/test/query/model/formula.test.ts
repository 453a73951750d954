import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/query/model/formula.ts';
import { formatFormula, parseFormula } from '../../../src/query/url/formula.ts';
import { formula } from '../tools/queries.ts';

const compute = (text: string, values: readonly (number | null)[]): number | null => {
  const parsed = parseFormula(text, values.length);
  if (!parsed.ok) throw new TypeError(parsed.reason);
  return evaluate(parsed.value, (index) => values[index] ?? null);
};

describe('a formula', () => {
  it.each([
    ['A / B * 100', [1, 4], 25],
    ['A + B * 2', [1, 4], 9],
    ['(A + B) * 2', [1, 4], 10],
    ['A - B - 1', [1, 4], -4],
    ['A - (B - 1)', [1, 4], -2],
    ['-A / 2', [1, 4], -0.5],
    ['A / B', [1, 0], null],
    ['A / B', [0, 0], null],
    ['A + B', [1, null], null],
    ['1e308 * 10', [0], null],
  ])('%s of %j is %s', (text, values, expected) => {
    expect(compute(text, values)).toBe(expected);
  });

  it('parses back to itself', () => {
    fc.assert(
      fc.property(formula(3), (asked) => {
        expect(parseFormula(formatFormula(asked), 3)).toEqual({ ok: true, value: asked });
      }),
      { seed: 20261125 },
    );
  });
});
