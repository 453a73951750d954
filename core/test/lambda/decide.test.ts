import { ID_BYTES_MAX, ITEMS_PER_REQUEST_MAX } from '@dataloaf/core/limits';
import { accept, reject } from '@dataloaf/core/values/parsed';
import { describe, expect, it } from 'vitest';
import { decide, type ItemRule, type Items, itemsOf, onlyItem } from '../../src/lambda/decide.ts';

/** Accepts every number as a line, and rejects everything else. */
const NUMBERS: ItemRule = {
  idField: 'event_id',
  parse(item) {
    const value = typeof item === 'object' && item !== null && 'n' in item ? item.n : item;
    return typeof value === 'number' ? accept({ id: 'x', line: `${value}\n` }) : reject('not_an_object', 'no number');
  },
};

const someItems = (...items: readonly unknown[]): Items => ({ items, repeated: new Map() });
const aBody = (value: unknown, repeatedIn?: string) => ({ value, repeatedIn });
const aRepeatedBody = (text: string) => aBody(JSON.parse(text), text);

const caught = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('decide', () => {
  it('decides each item by itself and keeps its position in the request', () => {
    const { lines, rejected } = decide(someItems(1, 'a', 2, null), NUMBERS);

    expect(lines).toEqual([
      { line: '1\n', id: null, index: 0 },
      { line: '2\n', id: null, index: 2 },
    ]);
    expect(rejected).toEqual([
      { index: 1, id: null, code: 'not_an_object', message: 'no number' },
      { index: 3, id: null, code: 'not_an_object', message: 'no number' },
    ]);
  });

  it('names an item by the id that the client sent, not by the stored one', () => {
    const { lines, rejected } = decide(someItems({ event_id: 'mine', n: 1 }, { event_id: 'other' }), NUMBERS);

    expect([lines[0]?.id, rejected[0]?.id]).toEqual(['mine', 'other']);
  });

  it('cuts an overlong id in the response, and takes null for one that is not a string', () => {
    const { rejected } = decide(someItems({ event_id: 'x'.repeat(1_000) }, { event_id: 7 }), NUMBERS);

    expect(rejected.map(({ id }) => id)).toEqual(['x'.repeat(ID_BYTES_MAX), null]);
  });

  it('returns nothing for a request without items', () => {
    expect(decide(someItems(), NUMBERS)).toEqual({ lines: [], rejected: [] });
  });
});

describe('the items of a body', () => {
  it('are the array under the name of the route', () => {
    expect(itemsOf(aBody({ events: [1, 2], users: [3] }), 'events').items).toEqual([1, 2]);
  });

  it.each([
    ['an array', [], 'an array'],
    ['null', null, 'null'],
    ['an object without the array', {}, 'nothing'],
    ['an object with another value there', { events: {} }, 'an object'],
  ])('are refused with 400 when the body is %s', (_, body, got) => {
    expect(caught(() => itemsOf(aBody(body), 'events'))).toMatchObject({
      status: 400,
      code: 'body_invalid',
      message: `Expected the body to be an object with an array "events", got ${got}.`,
    });
  });

  it('are refused with 413 above the limit of one request, and accepted at the limit', () => {
    const items = Array.from({ length: ITEMS_PER_REQUEST_MAX + 1 }, () => 1);

    expect(caught(() => itemsOf(aBody({ events: items }), 'events'))).toMatchObject({
      status: 413,
      code: 'too_many_items',
    });
    expect(itemsOf(aBody({ events: items.slice(1) }), 'events').items).toHaveLength(ITEMS_PER_REQUEST_MAX);
  });

  it('are refused with 400 when a key of the body comes twice', () => {
    const bodies = ['{"events":[1],"events":[2]}', '{"events":[1],"x":1,"x":2}'].map(aRepeatedBody);

    expect(bodies.map((body) => caught(() => itemsOf(body, 'events')))).toMatchObject([
      { status: 400, code: 'body_invalid', message: 'Expected each key once in the body, got "events" twice.' },
      { status: 400, code: 'body_invalid', message: 'Expected each key once in the body, got "x" twice.' },
    ]);
  });
});

describe('an item in which a key comes twice', () => {
  it('is rejected before any other rule, and the others are decided', () => {
    const body = aRepeatedBody(`{"events":[{"n":1},{"event_id":"e2","n":{"a":1,"a":2}},{"n":3,"n":3}]}`);

    const { lines, rejected } = decide(itemsOf(body, 'events'), NUMBERS);

    const once = 'Expected each key once in an object, got';
    expect(lines.map(({ index }) => index)).toEqual([0]);
    expect(rejected).toEqual([
      { index: 1, id: 'e2', code: 'attribute_repeated', message: `${once} "a" twice.` },
      { index: 2, id: null, code: 'attribute_repeated', message: `${once} "n" twice.` },
    ]);
  });

  it('is quoted with at most 64 characters of the key', () => {
    const name = 'x'.repeat(10_000);
    const body = aRepeatedBody(`{"events":[{"${name}":1,"${name}":2}]}`);

    const { rejected } = decide(itemsOf(body, 'events'), NUMBERS);

    expect(rejected[0]?.message).toHaveLength('Expected each key once in an object, got "" twice.'.length + 64);
  });

  it('may be the body itself, to which the path adds members', () => {
    const items = onlyItem(aRepeatedBody(' {"set":{"a":1,"a":2}}'), { user_id: 'u1' });

    expect(items).toEqual({
      items: [{ set: { a: 2 }, user_id: 'u1' }],
      repeated: new Map([[0, { name: 'a', text: '{"user_id":"u1","set":{"a":1,"a":2}}' }]]),
    });
  });
});
