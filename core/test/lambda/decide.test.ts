import { ID_BYTES_MAX, ITEMS_PER_REQUEST_MAX } from '@dataloaf/core/limits';
import { accept, reject } from '@dataloaf/core/values/parsed';
import { describe, expect, it } from 'vitest';
import { decide, type ItemRule, itemsOf } from '../../src/lambda/decide.ts';

/** Accepts every number as a line, and rejects everything else. */
const NUMBERS: ItemRule = {
  idField: 'event_id',
  parse(item) {
    const value = typeof item === 'object' && item !== null && 'n' in item ? item.n : item;
    return typeof value === 'number' ? accept({ id: 'x', line: `${value}\n` }) : reject('not_an_object', 'no number');
  },
};

const caught = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error;
  }
};

describe('decide', () => {
  it('decides each item by itself and keeps its position in the request', () => {
    const { lines, rejected } = decide([1, 'a', 2, null], NUMBERS);

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
    const { lines, rejected } = decide([{ event_id: 'mine', n: 1 }, { event_id: 'other' }], NUMBERS);

    expect([lines[0]?.id, rejected[0]?.id]).toEqual(['mine', 'other']);
  });

  it('cuts an overlong id in the response, and takes null for one that is not a string', () => {
    const { rejected } = decide([{ event_id: 'x'.repeat(1_000) }, { event_id: 7 }], NUMBERS);

    expect(rejected.map(({ id }) => id)).toEqual(['x'.repeat(ID_BYTES_MAX), null]);
  });

  it('returns nothing for a request without items', () => {
    expect(decide([], NUMBERS)).toEqual({ lines: [], rejected: [] });
  });
});

describe('the items of a body', () => {
  it('are the array under the name of the route', () => {
    expect(itemsOf({ events: [1, 2], users: [3] }, 'events')).toEqual([1, 2]);
  });

  it.each([
    ['an array', [], 'an array'],
    ['null', null, 'null'],
    ['an object without the array', {}, 'nothing'],
    ['an object with another value there', { events: {} }, 'an object'],
  ])('are refused with 400 when the body is %s', (_, body, got) => {
    expect(caught(() => itemsOf(body, 'events'))).toMatchObject({
      status: 400,
      code: 'body_invalid',
      message: `Expected the body to be an object with an array "events", got ${got}.`,
    });
  });

  it('are refused with 413 above the limit of one request, and accepted at the limit', () => {
    const items = Array.from({ length: ITEMS_PER_REQUEST_MAX + 1 }, () => 1);

    expect(caught(() => itemsOf({ events: items }, 'events'))).toMatchObject({ status: 413, code: 'too_many_items' });
    expect(itemsOf({ events: items.slice(1) }, 'events')).toHaveLength(ITEMS_PER_REQUEST_MAX);
  });
});
