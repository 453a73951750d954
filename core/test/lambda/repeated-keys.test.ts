import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findRepeatedKeys } from '../../src/lambda/repeated-keys.ts';

const found = (text: string, { isItem = false } = {}) => {
  const { outside, items } = findRepeatedKeys(text, isItem ? undefined : 'events');
  return { outside, items: [...items].map(([index, { name }]) => [index, name]) };
};

describe('a repeated key', () => {
  it.each([
    ['in an item', '{"events":[{},{"a":1,"a":2}]}', [[1, 'a']]],
    [
      'in two items',
      '{"events":[{"a":1,"a":2},{"b":1},{"c":1,"c":2}]}',
      [
        [0, 'a'],
        [2, 'c'],
      ],
    ],
    ['in an object inside an item', '{"events":[{"x":{"y":[1,{"a":1,"b":2,"a":3}]}}]}', [[0, 'a']]],
    ['written in two ways', '{"events":[{"a":1,"\\u0061":2}]}', [[0, 'a']]],
    ['that holds a quote, a colon and a brace', '{"events":[{"\\"}:":1,"\\"}:":2}]}', [[0, '"}:']]],
    ['that is empty', '{"events":[{"":1,"":2}]}', [[0, '']]],
    ['with the name of a part of objects', '{"events":[{"__proto__":1,"__proto__":2}]}', [[0, '__proto__']]],
    ['with blanks around', ' { "events" : [ { "a" : 1 , "a" : 2 } ] } ', [[0, 'a']]],
    ['after numbers and arrays among the items', '{"events":[1,[2,3],{"a":1,"a":2}]}', [[2, 'a']]],
    ['in an object that an array of the items contains', '{"events":[[{"a":1,"a":2}]]}', [[0, 'a']]],
  ])('%s is a matter of that item', (_, text, items) => {
    expect(found(text)).toEqual({ outside: undefined, items });
  });

  it.each([
    ['beside the items', '{"key":"k","events":[],"key":"l"}', 'key'],
    ['that is the field of the items', '{"events":[{"a":1}],"events":[]}', 'events'],
    ['inside another field', '{"other":[{"a":1,"a":2}],"events":[]}', 'a'],
    ['in a field of the items that is no array', '{"events":{"a":1,"a":2}}', 'a'],
    ['in a body that is an array', '[{"events":[{"a":1,"a":2}]}]', 'a'],
  ])('%s is a matter of the body', (_, text, outside) => {
    expect(found(text)).toEqual({ outside, items: [] });
  });

  it('anywhere is a matter of the item when the body is the item', () => {
    expect(found('{"set":{"a":1,"a":2}}', { isItem: true })).toEqual({ outside: undefined, items: [[0, 'a']] });
    expect(found('{"set":1,"set":2}', { isItem: true })).toEqual({ outside: undefined, items: [[0, 'set']] });
  });

  it.each([
    ['equal names in different objects', '{"events":[{"a":{"a":1}},{"a":[{"a":1},{"a":1}]}],"a":1}'],
    ['names that differ in case', '{"events":[{"a":1,"A":2}]}'],
    ['strings that look like keys', '{"events":[{"a":"a","b":["a","a"],"c":"\\",\\"a\\":1"}]}'],
  ])('is not found in %s', (_, text) => {
    expect(found(text)).toEqual({ outside: undefined, items: [] });
  });

  it('is not found in what JSON.stringify wrote', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 2), (events, space) => {
        expect(found(JSON.stringify({ events }, null, space))).toEqual({ outside: undefined, items: [] });
      }),
    );
  });

  it('comes with its item as it was sent, on one line', () => {
    const item = '{"a":1,\r\n "a":"x\\n}" }';

    const { items } = findRepeatedKeys(`{"events":[{"b":1},${item}\n]}`, 'events');

    expect(items.get(1)).toEqual({ name: 'a', text: '{"a":1,  "a":"x\\n}" }' });
  });

  it('is found among 100,000 keys', () => {
    const keys = Array.from({ length: 100_000 }, (_, at) => `"k${at}":0`).join(',');

    expect(found(`{"events":[{${keys},"k50000":1}]}`)).toEqual({ outside: undefined, items: [[0, 'k50000']] });
  });
});
