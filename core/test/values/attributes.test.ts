import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, parseAttributes } from '../../src/values/attributes.ts';

const codeOf = (value: unknown): string => {
  const parsed = parseAttributes(value, 'event_attributes');
  return parsed.ok ? 'ok' : parsed.code;
};

describe('attributes', () => {
  it('keep what JSON keeps, dangerous names included', () => {
    const text = '{"__proto__":{"a":1},"constructor":[null,true],"toString":"x","":1}'.replace(',"":1', '');

    const parsed = parseAttributes(JSON.parse(text), 'event_attributes');

    expect(parsed).toEqual({ ok: true, value: text });
    expect(({} as { a?: number }).a).toBeUndefined();
  });

  it.each([5e-324, -1e-310, 9.9e-301])('stores %d as 0: Redshift has no such number', (tiny) => {
    expect(canonicalJson({ a: tiny, list: [{ b: tiny }], c: 'e-310' })).toBe('{"a":0,"list":[{"b":0}],"c":"e-310"}');
  });

  it.each([1e-300, -1e-300, 1.5e-7, 0])('keeps %d', (value) => {
    expect(canonicalJson({ value })).toBe(`{"value":${JSON.stringify(value)}}`);
  });

  it('lose NUL and halves of surrogate pairs in values, and nothing else', () => {
    expect(canonicalJson({ a: 'x\0y', half: '\ud83d!', whole: '😀', text: '\\u0000 \\ud800' })).toBe(
      '{"a":"xy","half":"\ufffd!","whole":"😀","text":"\\\\u0000 \\\\ud800"}',
    );
  });

  it('read back as they were written', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = canonicalJson({ value });

        expect(text).not.toMatch(/[^\\](\\\\)*\\u0000/);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
      { seed: 1 },
    );
  });

  it.each([
    ['a string', 'x', 'attributes_invalid'],
    ['an array', [], 'attributes_invalid'],
    ['an empty name', { '': 1 }, 'attribute_name_invalid'],
    ['a name of 257 bytes', { [`${'ä'.repeat(128)}x`]: 1 }, 'attribute_name_invalid'],
    ['a name with NUL', { 'a\0': 1 }, 'attribute_name_invalid'],
    ['a name with half a surrogate pair', { a: { '\ud800': 1 } }, 'attribute_name_invalid'],
    ['an array of 250,000 numbers', { a: Array(250_000).fill(0) }, 'ok'],
    ['a nested name of 257 bytes', { a: { ['x'.repeat(257)]: 1 } }, 'attribute_name_invalid'],
    ['a string of 60,001 bytes', { a: [`${'ä'.repeat(30_000)}x`] }, 'string_too_long'],
    ['a string of 60,000 bytes', { a: 'ä'.repeat(30_000) }, 'ok'],
    ['256 attributes', Object.fromEntries(Array.from({ length: 256 }, (_, i) => [i, i])), 'too_many_keys'],
    ['1,001 nested names', { a: Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [i, i])) }, 'too_many_keys'],
    ['a whole number beyond 2^53', { a: JSON.parse('12345678901234567890') }, 'number_unsafe'],
    ['a number beyond the largest', { a: JSON.parse('1e400') }, 'number_unsafe'],
    ['a fraction', { a: 0.1 }, 'ok'],
  ])('%s is %3$s', (_, value, expected) => {
    expect(codeOf(value)).toBe(expected);
  });

  it.each([
    [{ cart: { items: [1, { price: 1e300 }] } }, 'Expected event_attributes.cart.items[1].price to be a number'],
    [{ cart: { '': 1 } }, 'Expected names in event_attributes.cart of 1 to 256 bytes'],
    [{ ['x'.repeat(200)]: 'x'.repeat(60_001) }, `Expected event_attributes.${'x'.repeat(79)}... to be a string`],
  ])('are refused with the place of the value, cut where it is long', (value, start) => {
    const parsed = parseAttributes(value, 'event_attributes');

    expect(!parsed.ok && parsed.message.slice(0, start.length)).toBe(start);
  });
});
