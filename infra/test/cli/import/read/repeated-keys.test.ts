import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countRepeatedKeys } from '../../../../src/cli/import/read/repeated-keys.ts';

const object = fc.dictionary(fc.string(), fc.jsonValue());

describe('countRepeatedKeys', () => {
  it('finds none in what JSON.stringify wrote', () => {
    fc.assert(
      fc.property(object, fc.constantFrom(0, 1), (value, space) => {
        const text = JSON.stringify(value, null, space);

        expect(countRepeatedKeys(text, JSON.parse(text))).toBe(0);
      }),
    );
  });

  it('finds every key of an object that is written twice', () => {
    fc.assert(
      fc.property(object, (value) => {
        const once = JSON.stringify(value).slice(1, -1);
        const twice = once === '' ? '{}' : `{${once},${once}}`;

        expect(countRepeatedKeys(twice, JSON.parse(twice))).toBe(membersOf(value));
      }),
    );
  });
});

/** Members at any depth: all of the first writing are dropped. */
function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum: number, inner) => sum + membersOf(inner), own);
}
