import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeItem } from '../../src/capture/encode-item.ts';
import { PLAIN_BYTES_MAX, writePlainItem } from '../../src/capture/encode-plain.ts';
import { NOT_PLAIN } from '../../src/capture/json-bytes.ts';
import type { Draft } from '../../src/types.ts';

type EventDraft = Extract<Draft, { kind: 'event' }>;

const anEvent = (fields: Partial<EventDraft> = {}): EventDraft => ({
  kind: 'event',
  id: 'e1',
  name: 'paid',
  userId: 'u1',
  timestamp: '2026-11-22T10:00:00.000Z',
  ...fields,
});

/** What JSON.stringify makes of the same item. */
function expectedJson({ id, name, userId, timestamp, attributes }: EventDraft): string {
  const hasAttributes = attributes !== undefined && JSON.stringify(attributes) !== '{}';
  return JSON.stringify({
    event_id: id,
    event_name: name,
    user_id: userId,
    event_created: timestamp,
    ...(hasAttributes && { event_attributes: attributes }),
  });
}

function textOf(draft: Draft): string {
  const item = encodeItem(draft);
  if ('code' in item) return item.code;
  return item.buffer.toString('utf8', 0, item.bytes);
}

function plainText(draft: Draft): string | undefined {
  const target = Buffer.alloc(PLAIN_BYTES_MAX);
  const bytes = writePlainItem(target, draft);
  return bytes === NOT_PLAIN ? undefined : target.toString('utf8', 0, bytes);
}

/** Without the values that the API changes: NUL here, numbers nearer to 0 than 1e-300 below. */
const text = fc.string({ unit: 'binary', maxLength: 30 }).map((value) => value.replaceAll('\0', 'NUL'));
const shortText = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 16 })
  .map((value) => `${value.replaceAll('\0', 'NUL')}.`);
const scalar = fc.oneof(
  text,
  fc.integer(),
  fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -9e15, max: 9e15 })
    .filter((value) => Math.abs(value) >= 1e-300),
  fc.maxSafeInteger(),
  fc.constantFrom(null, true, false, undefined, 0, -0, 2 ** 31, -(2 ** 31), 1e-7, 1.5e-9, 1e-300),
);
const plainAttributes = fc.dictionary(shortText, scalar, { maxKeys: 20 });
const anyAttributes = fc.dictionary(shortText, fc.oneof(scalar, fc.array(scalar), fc.dictionary(shortText, scalar)));
const draft = (attributes: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<EventDraft> =>
  fc
    .record({ id: shortText, name: shortText, userId: shortText, attributes })
    .map((fields) => anEvent(fields as Partial<EventDraft>));

describe('item', () => {
  it('is what JSON.stringify makes of it, to the byte, on both paths', () => {
    fc.assert(
      fc.property(fc.oneof(draft(plainAttributes), draft(anyAttributes)), (event) => {
        expect(textOf(event)).toBe(expectedJson(event));
      }),
      { seed: 21, numRuns: 3_000 },
    );
  });

  it('takes the fast path with strings of every script, escapes and numbers', () => {
    const event = anEvent({
      name: 'größe',
      attributes: {
        text: 'a "quoted"\n\tline \\ über 漢字',
        漢: 1,
        total: 12.5,
        count: -7,
        none: null,
        yes: true,
        no: false,
        pair: 'a 😀 and 𝒳\u{10ffff}\u{10000} "',
        cart: { items: [{ id: 'a', price: 1.5 }, { 'größe ': '😀' }], empty: {}, no: null },
        tags: ['a', 2, null, true, [], [1, 'b']],
      },
    });

    expect(plainText(event)).toBe(expectedJson(event));
  });

  it.each([
    ['lists and objects four deep', { a: [[[[1]]]] }],
    ['undefined in a list', { tags: ['a', undefined] }],
    ['a hole in a list', { tags: Array(2) }],
    ['a date in an object', { cart: { at: new Date(0) } }],
    ['a nested toJSON', { cart: { toJSON: () => 1 } }],
    ['a control character', { text: '\u0001' }],
    ['toJSON', { toJSON: () => ({ a: 1 }) }],
    ['a date', { at: new Date(0) }],
    ['more than fits the buffer', { text: 'x'.repeat(PLAIN_BYTES_MAX) }],
    [
      'many values that just do not fit',
      Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`name-${at}`, 'x'.repeat(90)])),
    ],
  ])('takes the general path with %s, to the same bytes', (_, attributes) => {
    const event = anEvent({ attributes: attributes as unknown as NonNullable<EventDraft['attributes']> });

    expect(plainText(event)).toBeUndefined();
    expect(textOf(event)).toBe(expectedJson(event));
  });

  it.each([
    ['half a pair', { text: '\ud83d!' }],
    ['half a pair at the end', { text: 'a\ud83d' }],
    ['the second half of a pair', { text: '\ude00' }],
    ['two first halves', { text: '\ud83d\ud83d\ude00' }],
    ['a number in a list that the API refuses', { list: [2 ** 53] }],
    ['a nested name that the API refuses', { cart: { '': 1 } }],
    ['1,000 nested names', { cart: Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`k${at}`, 1])) }],
    ['a map in a list', { list: [new Map([['a', 1]])] }],
  ])('leaves %s to the general path', (_, attributes) => {
    expect(
      plainText(anEvent({ attributes: attributes as unknown as NonNullable<EventDraft['attributes']> })),
    ).toBeUndefined();
  });

  it('loses NUL and half surrogate pairs in values, as at the API', () => {
    const event = anEvent({ attributes: { text: 'a\0b', half: '\ud83d!' } });

    expect(plainText(event)).toBeUndefined();
    expect(textOf(event)).toBe(expectedJson(anEvent({ attributes: { text: 'ab', half: '\ufffd!' } })));
  });

  it('loses numbers that Redshift does not have, as at the API', () => {
    const event = anEvent({ attributes: { tiny: 5e-324, list: [-1e-301] } });

    expect(plainText(event)).toBeUndefined();
    expect(textOf(event)).toBe(expectedJson(anEvent({ attributes: { tiny: 0, list: [0] } })));
  });

  it('loses trailing blanks of ids and names, as at the API', () => {
    const event = anEvent({ id: 'e1 ', name: 'paid  ', userId: `u1${' '.repeat(300_000)}` });

    expect(plainText(event)).toBeUndefined();
    expect(textOf(event)).toBe(expectedJson(anEvent({ name: 'paid', userId: 'u1' })));
  });

  it('fits its buffer to the last byte, or takes the general path', () => {
    for (let length = 5_380; length < 5_480; length += 1) {
      const event = anEvent({ attributes: { text: 'x'.repeat(length), last: false } });

      expect(textOf(event)).toBe(expectedJson(event));
    }
  });

  it('is not mixed up with one that a getter among its attributes captures', () => {
    const inner = anEvent({ id: 'inner', attributes: { depth: 2 } });
    let innerText = '';
    const attributes = {
      before: 1,
      get between(): string {
        innerText = textOf(inner);
        return 'read';
      },
      after: 2,
    };

    const outer = textOf(anEvent({ id: 'outer', attributes }));

    expect(innerText).toBe(expectedJson(inner));
    expect(outer).toBe(expectedJson(anEvent({ id: 'outer', attributes: { before: 1, between: 'read', after: 2 } })));
  });

  it('keeps up with names that change from item to item', () => {
    for (let at = 0; at < 6_000; at += 1) {
      const event = anEvent({ name: `event-${at % 1_500}`, attributes: { [`name-${at}`]: at, always: at } });

      expect(textOf(event)).toBe(expectedJson(event));
    }
  });
});
