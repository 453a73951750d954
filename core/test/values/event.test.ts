import { ITEM_BYTES_MAX } from '@dataloaf/core/limits';
import { describe, expect, it } from 'vitest';
import { type Arrival, parseEvent } from '../../src/values/event.ts';

const NOW = Date.parse('2026-11-22T06:16:03.123Z');
const ARRIVAL: Arrival = { nowMs: NOW, newId: () => 'made-up' };
const anEvent = (fields: object = {}): object => ({ event_name: 'paid', user_id: 'u1', ...fields });
const codeOf = (item: unknown): string => {
  const parsed = parseEvent(item, ARRIVAL);
  return parsed.ok ? 'ok' : parsed.code;
};

describe('an event', () => {
  it('becomes one canonical line', () => {
    const item = anEvent({
      event_id: 'e1',
      event_created: '2021-01-12T01:00:00+01:00',
      event_attributes: { total: 12.5, ключ: null },
    });

    expect(parseEvent(item, ARRIVAL)).toEqual({
      ok: true,
      value: {
        id: 'e1',
        line: '{"event_id":"e1","event_name":"paid","user_id":"u1","event_created":"2021-01-12T00:00:00.000Z","event_attributes":{"total":12.5,"ключ":null},"content_hash":"46ed0a9e3288f6e9451dff1baf2fcf97"}\n',
      },
    });
  });

  it('gets id, time and attributes when it has none', () => {
    const parsed = parseEvent(anEvent(), ARRIVAL);

    expect(parsed.ok && JSON.parse(parsed.value.line)).toEqual({
      event_id: 'made-up',
      event_name: 'paid',
      user_id: 'u1',
      event_created: '2026-11-22T06:16:03.123Z',
      event_attributes: {},
      content_hash: expect.any(String),
    });
  });

  it('of 256 KB is taken: the hash that we add to its line does not count', () => {
    const texts = Array(4).fill('x'.repeat(59_000));
    const parse = (length: number) =>
      parseEvent(anEvent({ event_attributes: { texts, last: 'x'.repeat(length) } }), ARRIVAL);
    const empty = parse(0);
    const line = empty.ok ? empty.value.line.replace(/,"content_hash":"\w+"/, '') : '';
    const left = ITEM_BYTES_MAX - Buffer.byteLength(line);
    const ofBytes = (length: number): string => (parse(length).ok ? 'ok' : 'too large');

    expect([ofBytes(left), ofBytes(left + 1)]).toEqual(['ok', 'too large']);
  });

  it('loses trailing blanks of ids and names, which Redshift does not see', () => {
    const parsed = parseEvent(anEvent({ event_id: 'e1  ', user_id: 'u1 ', event_name: 'paid ' }), ARRIVAL);

    expect(parsed.ok && JSON.parse(parsed.value.line)).toMatchObject({
      event_id: 'e1',
      user_id: 'u1',
      event_name: 'paid',
    });
  });

  it.each([
    ['a string in place of an object', 'paid', 'not_an_object'],
    ['a misspelt field', anEvent({ attributes: {} }), 'field_unknown'],
    ['no name', { user_id: 'u1' }, 'name_invalid'],
    ['an empty name', anEvent({ event_name: '' }), 'name_invalid'],
    ['a user id that is a number', anEvent({ user_id: 42 }), 'user_id_invalid'],
    ['a user id of 257 bytes', anEvent({ user_id: 'x'.repeat(257) }), 'user_id_invalid'],
    ['a user id of blanks', anEvent({ user_id: '  ' }), 'user_id_invalid'],
    ['a user id that COPY reads as null', anEvent({ user_id: '\\N' }), 'user_id_invalid'],
    ['a user id with NUL', anEvent({ user_id: 'a\0b' }), 'user_id_invalid'],
    ['a user id with half a pair', anEvent({ user_id: 'a\ud800' }), 'user_id_invalid'],
    ['a user id with a whole pair', anEvent({ user_id: '😀' }), 'ok'],
    ['an id of 65 bytes', anEvent({ event_id: 'x'.repeat(65) }), 'id_invalid'],
    ['an empty id', anEvent({ event_id: '' }), 'id_invalid'],
    ['a time 24 hours ahead', anEvent({ event_created: '2026-11-23T06:16:03.123Z' }), 'ok'],
    ['a time further ahead', anEvent({ event_created: '2026-11-23T06:16:03.124Z' }), 'time_in_future'],
    ['the first time of 1970', anEvent({ event_created: '1970-01-01' }), 'ok'],
    ['a time long ago', anEvent({ event_created: '1066-10-14' }), 'time_invalid'],
    ['attributes that are a string', anEvent({ event_attributes: 'x' }), 'attributes_invalid'],
    ['more than 256 KB', anEvent({ event_attributes: { a: Array(5).fill('x'.repeat(59_000)) } }), 'item_too_large'],
  ])('with %s is %3$s', (_, item, expected) => {
    expect(codeOf(item)).toBe(expected);
  });

  it('is refused with a message that does not repeat what came', () => {
    const parsed = parseEvent(anEvent({ user_id: ['secret'] }), ARRIVAL);

    expect(!parsed.ok && parsed.message).toBe('Expected user_id to be a string that is not empty, got an array.');
  });
});
