/** The hash of an item: the same for the same content, however it is written, and for ever. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/values/attributes.ts';
import { eventHash } from '../../src/values/content-hash.ts';
import { parseCreate, parseUpdate } from '../../src/values/operation.ts';

const ARRIVAL = { nowMs: 0, newId: () => 'id' };
const OWNER = { name: 'paid', user: 'u1' };
const hashOf = (value: unknown, owner = OWNER): string => eventHash(owner, { value, text: canonicalJson(value) });

describe('the hash of an event', () => {
  it('never changes: the warehouse holds those of earlier versions', () => {
    expect(hashOf({ total: 12.5, ключ: [null, { b: 1, a: 2 }] })).toMatchInlineSnapshot(
      `"46ed0a9e3288f6e95053c2950d85a03a"`,
    );
    expect(hashOf({})).toMatchInlineSnapshot(`"46ed0a9e3288f6e999914b932bd37a50"`);
  });

  it('does not depend on the order of names, at any depth', () => {
    const keys = fc.string({ maxLength: 3 }).filter((name) => name !== '');
    const values = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: 'small' }, fc.integer(), fc.constant(null), tie('list'), tie('object')),
      list: fc.array(tie('any'), { maxLength: 3 }),
      object: fc.dictionary(keys, tie('any'), { maxKeys: 4, noNullPrototype: true }),
    })).object;
    const reversed = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null) return value;
      if (Array.isArray(value)) return value.map(reversed);
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, member]) => [name, reversed(member)]),
      );
    };
    fc.assert(
      fc.property(values, (value) => {
        expect(hashOf(reversed(value))).toBe(hashOf(value));
      }),
    );
  });

  it.each([
    ['{"a":1}', '{"a":2}'],
    ['{"a":1}', '{"a":"1"}'],
    ['{"a":[1,2]}', '{"a":[2,1]}'],
    ['{"a":null}', '{}'],
    ['{"__proto__":1,"a":1}', '{"a":1}'],
    ['{"b":1,"__proto__":1}', '{"b":1,"__proto__":2}'],
  ])('tells %s from %s', (one, other) => {
    expect(hashOf(JSON.parse(one))).not.toBe(hashOf(JSON.parse(other)));
  });

  it('tells apart a name and a user that are the same when joined', () => {
    expect(hashOf({}, { name: 'ab', user: 'c' })).not.toBe(hashOf({}, { name: 'a', user: 'bc' }));
  });
});

describe('the hash of an operation', () => {
  const rowOf = (item: object, parse = parseUpdate): Readonly<Record<string, unknown>> => {
    const parsed = parse({ op_id: 'o', user_id: 'u1', ...item }, ARRIVAL);
    if (!parsed.ok) throw new TypeError(parsed.message);
    return JSON.parse(parsed.value.line);
  };
  const hash = (item: object, parse = parseUpdate): unknown => rowOf(item, parse)['content_hash'];

  it('never changes', () => {
    expect(hash({ set: { b: 1, a: 2 }, unset: ['d', 'c'], increment: { n: 0.5 } })).toMatchInlineSnapshot(
      `"e4774cdda0793f864bed95ecd6f43909"`,
    );
  });

  it('is that of its effect: a create is a set, and null in a set is an unset', () => {
    expect(hash({ user_attributes: { a: 1, b: null } }, parseCreate)).toBe(hash({ unset: ['b'], set: { a: 1 } }));
  });

  it('tells the same names in a set from those in an increment', () => {
    expect(hash({ set: { a: 1 } })).not.toBe(hash({ increment: { a: 1 } }));
  });
});
