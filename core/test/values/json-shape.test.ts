import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesIn, shapeOf } from '../../src/values/json-shape.ts';

const object = fc.dictionary(fc.string(), fc.jsonValue());

/** Members at any depth: all of the first writing are dropped. */
function membersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum: number, inner) => sum + membersOf(inner), own);
}

describe('the shape of a JSON text', () => {
  it.each([
    ['1', 0],
    ['[[],[{}]]', 3],
    ['{"a":"[[[[\\"[[[["}', 1],
    ['{"a\\\\":[1]}', 2],
    ['"[\\\\\\"[', 0],
    ['['.repeat(1_000), 1_000],
  ])('has the depth of its brackets, without those in strings: %s', (text, depth) => {
    expect(shapeOf(text).depth).toBe(depth);
  });

  it('has as many members as the value has names, when no key comes twice', () => {
    fc.assert(
      fc.property(object, fc.constantFrom(0, 1), (value, space) => {
        const text = JSON.stringify(value, null, space);

        expect(namesIn(JSON.parse(text))).toBe(shapeOf(text).members);
      }),
    );
  });

  it('has more members by each key that comes twice', () => {
    fc.assert(
      fc.property(object, (value) => {
        const once = JSON.stringify(value).slice(1, -1);
        const twice = once === '' ? '{}' : `{${once},${once}}`;

        expect(shapeOf(twice).members - namesIn(JSON.parse(twice))).toBe(membersOf(value));
      }),
    );
  });
});
