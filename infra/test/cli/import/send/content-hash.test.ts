import type { Attributes } from '@dataloaf/core/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../../../src/cli/import/send/content-hash.ts';

const hashOf = (attributes: Attributes, name = 'paid'): number =>
  contentHash({ line: 1, ownId: 'i', name, userId: 'u', timestamp: 1, attributes });

const attributes = fc.dictionary(
  fc.string({ maxLength: 3 }),
  fc.jsonValue({ maxDepth: 2 }),
) as fc.Arbitrary<Attributes>;

const sortedText = (value: Attributes): string =>
  JSON.stringify(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));

describe('contentHash', () => {
  it('is the same for attributes in any order', () => {
    fc.assert(
      fc.property(attributes, (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());

        expect(hashOf(reversed)).toBe(hashOf(value));
      }),
    );
  });

  it('differs as soon as an attribute differs', () => {
    fc.assert(
      fc.property(attributes, attributes, (one, other) => {
        fc.pre(sortedText(one) !== sortedText(other));

        expect(hashOf(one)).not.toBe(hashOf(other));
      }),
    );
  });

  it.each([
    [{ a: '1' }, { a: 1 }],
    [{ a: 'null' }, { a: null }],
    [{ a: ['b'] }, { a: { 0: 'b' } }],
    [{ a: 'bc' }, { ab: 'c' }],
    [{ a: {} }, { a: [] }],
    [{ a: {}, b: 1 }, { a: { b: 1 } }],
  ])('tells %j from %j', (one, other) => {
    expect(hashOf(one)).not.toBe(hashOf(other));
  });

  it('tells a name from the beginning of an attribute', () => {
    expect(hashOf({}, 'paid')).not.toBe(hashOf({}, 'pai'));
  });
});
