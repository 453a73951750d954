import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toJson } from '../../src/capture/to-json.ts';

const jsonOf = (value: unknown): string | undefined => {
  const parsed = toJson(value, 'attributes');
  return parsed.ok ? JSON.stringify(parsed.value) : parsed.code;
};
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
const cyclic: unknown[] = [];
cyclic.push(cyclic);
/** 2^28 values that share 28 arrays. */
const shared = Array.from({ length: 28 }).reduce<unknown>((inner) => [inner, inner], 1);

class Money {
  readonly amount: number;
  readonly currency: string;
  constructor(amount: number, currency: string) {
    this.amount = amount;
    this.currency = currency;
  }
  toJSON(name: string): string {
    return `${name}: ${this.amount} ${this.currency}`;
  }
}

describe('a value of the caller', () => {
  it.each([
    [
      'undefined, functions and symbols',
      { a: undefined, b: () => 1, c: Symbol('c'), d: [undefined, () => 1, Symbol('e')] },
    ],
    ['toJSON, with the name that it is given', { price: new Money(1, 'EUR'), list: [new Money(2, 'USD')] }],
    ['a toJSON that returns an object with toJSON', { a: { toJSON: () => new Money(1, 'EUR') } }],
    ['a toJSON that returns nothing', { a: { toJSON: () => undefined }, b: [{ toJSON: () => undefined }] }],
    ['a property named toJSON that is no function', { toJSON: 1, a: { toJSON: 'x' } }],
    ['dates', { at: new Date(0), never: new Date(Number.NaN) }],
    ['objects of primitives', { a: Object(1), b: Object('x'), c: Object(true), d: [Object('y')] }],
    ['maps, sets, expressions and errors', { a: new Map([[1, 2]]), b: new Set([1]), c: /x/, d: new Error('x') }],
    ['holes', { a: Array(2) }],
    ['typed arrays', { a: new Uint8Array([1, 2]) }],
    ['an object without a prototype', Object.assign(Object.create(null), { a: new Date(0) })],
    [
      'inherited and hidden properties',
      Object.create({ a: 1 }, { b: { value: 2 }, c: { value: 3, enumerable: true } }),
    ],
    ['a name that is __proto__', { ...JSON.parse('{"__proto__":{"a":1}}'), at: new Date(0) }],
  ])('is read as JSON.stringify reads %s', (_, value) => {
    expect(jsonOf(value)).toBe(JSON.stringify(value));
  });

  it('is read as JSON.stringify reads it, whatever it holds', () => {
    const anything = fc.anything({ maxDepth: 5, withBoxedValues: true, withDate: true, withMap: true, withSet: true });

    fc.assert(
      fc.property(anything, (value) => {
        expect(jsonOf({ value })).toBe(JSON.stringify({ value }));
      }),
      { seed: 3, numRuns: 3_000 },
    );
  });

  it('is read the same when it comes from another realm, such as the sandbox of a test', () => {
    const source =
      "({ at: new Date(0), boxed: [new Number(1), new String('x'), new Boolean(false)], list: [{ a: null }] })";

    const parsed = toJson(runInNewContext(source), 'attributes');

    const value = { at: '1970-01-01T00:00:00.000Z', boxed: [1, 'x', false], list: [{ a: null }] };
    expect(JSON.stringify(parsed)).toBe(JSON.stringify({ ok: true, value }));
  });

  it('is not copied when it is JSON already', () => {
    const value = { a: [1, 'x', null, true, { b: {} }] };

    expect(toJson(value, 'attributes')).toEqual({ ok: true, value });
    expect(toJson(value, 'attributes')).toHaveProperty(
      'value',
      expect.toSatisfy((read) => read === value),
    );
  });

  it('keeps a BigInt, which the rules of the wire refuse', () => {
    expect(toJson({ a: 1n, b: Object(2n) }, 'attributes')).toEqual({ ok: true, value: { a: 1n, b: 2n } });
  });

  it.each([
    ['29 deep', nested(29), JSON.stringify(nested(29))],
    ['30 deep', nested(30), 'attributes_invalid'],
    ['a cycle', cyclic, 'attributes_invalid'],
    ['a bush of shared arrays', shared, 'item_too_large'],
    ['a toJSON that makes another without end', endless(), 'attributes_invalid'],
  ])('that is %s ends at a limit', (_, value, expected) => {
    expect(jsonOf(value)).toBe(expected);
  });
});

function endless(): object {
  return { toJSON: () => ({ next: endless() }) };
}
