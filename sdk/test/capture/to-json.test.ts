import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LeftOut } from '../../src/capture/left-out.ts';
import { toJson } from '../../src/capture/to-json.ts';

/** The JSON, and the reasons of what was left out. */
function read(value: unknown): { json: string | undefined; leftOut: readonly string[] } {
  const leftOut: LeftOut[] = [];
  const json = JSON.stringify(toJson(value, 'attributes', leftOut));
  return { json, leftOut: leftOut.map(({ name, message }) => `${name}: ${message.replace(/^.*, got |\.$/g, '')}`) };
}
const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
const cyclic: unknown[] = [];
cyclic.push(cyclic);
/** 2^28 values that share 28 arrays. */
const shared = Array.from({ length: 28 }).reduce<unknown>((inner) => [inner, inner], 1);

const twice = { a: new Date(0) };

class Self {
  readonly a = 1;
  toJSON(): this {
    return this;
  }
}

class Point {
  readonly x: number;
  readonly y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
}

class Secret {
  readonly #value: number;
  constructor(value: number) {
    this.#value = value;
  }
  get value(): number {
    return this.#value;
  }
}

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
    ['undefined', { a: undefined, b: [undefined, 1] }],
    ['toJSON, with the name that it is given', { price: new Money(1, 'EUR'), list: [new Money(2, 'USD')] }],
    ['a toJSON that returns an object with toJSON', { a: { toJSON: () => new Money(1, 'EUR') } }],
    ['a toJSON that returns nothing', { a: { toJSON: () => undefined }, b: [{ toJSON: () => undefined }] }],
    ['a toJSON that returns this', { a: new Self(), b: [new Self()] }],
    ['a property named toJSON that is no function', { toJSON: 1, a: { toJSON: 'x' } }],
    ['dates', { at: new Date(0) }],
    ['objects of primitives', { a: Object(1), b: Object('x'), c: Object(true), d: [Object('y')] }],
    ['holes', { a: Array(2) }],
    ['buffers', { a: Buffer.from('ab') }],
    ['URLs', { a: new URL('https://example.com/a?b=c') }],
    ['instances', { a: new Point(1, 2) }],
    ['-0 and fractions', { a: -0, b: 0.1, c: 1e21 }],
    ['an object without a prototype', Object.assign(Object.create(null), { a: new Date(0) })],
    [
      'inherited and hidden properties',
      Object.create({ a: 1 }, { b: { value: 2 }, c: { value: 3, enumerable: true } }),
    ],
    ['a name that is __proto__', { ...JSON.parse('{"__proto__":{"a":1}}'), at: new Date(0) }],
    ['a proxy', { a: new Proxy({ b: 1 }, {}), c: new Proxy([1], {}) }],
    ['objects of another realm', runInNewContext('({ a: { b: [1, new Date(0)] }, c: {}, d: Object(1) })')],
    ['an object that comes twice, not inside itself', { a: twice, b: [twice, twice] }],
  ])('is read as JSON.stringify reads %s', (_, value) => {
    expect(read(value)).toEqual({ json: JSON.stringify(value), leftOut: [] });
  });

  it('is read as JSON.stringify reads it, whatever JSON it holds', () => {
    const anything = fc.anything({ maxDepth: 5, withBoxedValues: true, withNullPrototype: true });

    fc.assert(
      fc.property(anything, (value) => {
        expect(read({ value })).toEqual({ json: JSON.stringify({ value }), leftOut: [] });
      }),
      { seed: 3, numRuns: 3_000 },
    );
  });

  it.each<[string, unknown, string]>([
    ['an error', new TypeError('no'), '{"name":"TypeError","message":"no"}'],
    [
      'an error with a cause',
      new Error('a', { cause: new Error('b') }),
      '{"name":"Error","message":"a","cause":{"name":"Error","message":"b"}}',
    ],
    [
      'an error with a code',
      Object.assign(new Error('a'), { code: 'E1' }),
      '{"name":"Error","message":"a","code":"E1"}',
    ],
    ['an error of another realm', runInNewContext('new RangeError("x")'), '{"name":"RangeError","message":"x"}'],
    ['an error of the platform', new DOMException('gone', 'AbortError'), '{"name":"AbortError","message":"gone"}'],
    [
      'a map with names',
      new Map<unknown, unknown>([
        ['a', 1],
        [2, new Date(0)],
      ]),
      '{"2":"1970-01-01T00:00:00.000Z","a":1}',
    ],
    ['a map with other keys', new Map([[{ a: 1 }, 'b']]), '[[{"a":1},"b"]]'],
    [
      'a map with keys that look the same',
      new Map<unknown, unknown>([
        ['1', 'a'],
        [1, 'b'],
      ]),
      '[["1","a"],[1,"b"]]',
    ],
    ['a set', new Set([1, 'a']), '[1,"a"]'],
    ['a map of another realm', runInNewContext('new Map([["a", new Set([1])]])'), '{"a":[1]}'],
    ['an expression', /a+/gi, '"/a+/gi"'],
    ['numbers in a typed array', new Float32Array([1, 0.5]), '[1,0.5]'],
    ['bytes', new Uint8Array([1, 255]), '[1,255]'],
    ['an integer', 12n, '12'],
    ['an object of an integer', Object(12n), '12'],
    ['integers in a typed array', new BigInt64Array([1n, -2n]), '[1,-2]'],
  ])('has a useful form: %s', (_, value, expected) => {
    expect(read({ value, list: [value] })).toEqual({ json: `{"value":${expected},"list":[${expected}]}`, leftOut: [] });
  });

  it('that is a BigInt gets the form of the program', () => {
    const value = function (this: bigint): string {
      return `${this}n`;
    };
    Object.defineProperty(BigInt.prototype, 'toJSON', { value, configurable: true });

    const { json } = read({ a: 2n ** 70n });
    Reflect.deleteProperty(BigInt.prototype, 'toJSON');

    expect(json).toBe(`{"a":"${2n ** 70n}n"}`);
  });

  it.each<[string, unknown, string]>([
    ['a function', () => 1, 'a function'],
    ['a symbol', Symbol('s'), 'a symbol'],
    ['an object of a symbol', Object(Symbol('s')), 'an object that JSON writes as {}'],
    ['an invalid date', new Date(Number.NaN), 'an invalid Date'],
    ['a promise', Promise.resolve(1), 'an object that JSON writes as {}'],
    ['a weak map', new WeakMap(), 'an object that JSON writes as {}'],
    ['an instance with private fields alone', new Secret(1), 'an object that JSON writes as {}'],
    ['bytes without a view', new ArrayBuffer(8), 'an object that JSON writes as {}'],
    ['a toJSON that throws', { toJSON: thrower }, 'one that throws: Error: as the test wants'],
    ['a revoked proxy', revoked(), "one that throws: TypeError: Cannot perform 'has' on a proxy that has been revoked"],
    ['a proxy that throws', new Proxy({ a: 1 }, { ownKeys: thrower }), 'one that throws: Error: as the test wants'],
    ['a value that throws what has no string', { toJSON: throwNothing }, 'one that throws'],
    ['30 deep', nested(30), 'a value nested more than 29 deep'],
    ['a bush of shared lists', shared, 'more than 131072 values'],
    ['a toJSON that makes another without end', endless(), 'a value nested more than 29 deep'],
    ['a large map', new Map(Array.from({ length: 131_073 }, (_, at) => [at, at])), 'more than 131072 values'],
  ])('is left out with the reason, and the rest stays: %s', (_, value, reason) => {
    expect(read({ before: 1, value, after: 2 })).toEqual({
      json: '{"before":1,"after":2}',
      leftOut: [`value: ${reason}`],
    });
  });

  it('is left out at its place, and not the attribute around it', () => {
    const order = { id: 1, lines: [{ price: 2, parent: {} }], total: thrower };
    order.lines[0] = { price: 2, parent: order };

    expect(read({ order })).toEqual({
      json: '{"order":{"id":1,"lines":[{"price":2}]}}',
      leftOut: ['order.lines.parent: an object that holds itself', 'order.total: a function'],
    });
  });

  it('is null in a list when it is a function or a symbol, as JSON.stringify writes it, and is told', () => {
    expect(read({ list: [1, thrower, Symbol('s')] })).toEqual({
      json: '{"list":[1,null,null]}',
      leftOut: ['list: a function', 'list: a symbol'],
    });
  });

  it('costs its list in a list', () => {
    expect(read({ list: [1, new Date(Number.NaN)], a: cyclic, b: 1 })).toEqual({
      json: '{"b":1}',
      leftOut: ['list: an invalid Date', 'a: an object that holds itself'],
    });
  });

  it('costs all attributes when it is all of them', () => {
    expect(read({ toJSON: thrower })).toEqual({
      json: undefined,
      leftOut: [': one that throws: Error: as the test wants'],
    });
  });

  it('is not copied when it is JSON already', () => {
    const value = { a: [1, 'x', null, true, { b: {} }] };

    expect(toJson(value, 'attributes', [])).toBe(value);
  });

  it('keeps a BigInt that no number equals, which the rules of the wire refuse', () => {
    expect(toJson({ a: 2n ** 64n }, 'attributes', [])).toEqual({ a: 2n ** 64n });
  });

  it('is read in bounded time, however many attributes are too large', () => {
    const huge = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`huge${at}`, shared]));

    const { json, leftOut } = read({ a: 1, ...huge });

    expect([json, leftOut.length]).toEqual(['{"a":1}', 100]);
  });
});

function thrower(): never {
  throw new Error('as the test wants');
}

function throwNothing(): never {
  throw Object.create(null);
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function endless(): object {
  return { toJSON: () => ({ next: endless(), other: endless() }) };
}
