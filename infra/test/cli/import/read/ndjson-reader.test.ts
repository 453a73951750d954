import { describe, expect, it } from 'vitest';
import { readText, short } from './outcomes.ts';

const anEvent = (changes: object) => ({
  name: 'paid',
  userId: 'u',
  ownId: undefined,
  timestamp: undefined,
  attributes: {},
  ...changes,
});

describe('NDJSON as events', () => {
  it('keeps values as they are, null included', () => {
    const outcomes = readText('ndjson', '{"user":"u","a":null,"b":"007","c":{"d":[1.5,true]}}\r\n\n');

    expect(short(outcomes)).toEqual([anEvent({ line: 1, attributes: { a: null, b: '007', c: { d: [1.5, true] } } })]);
  });

  it('accepts an integer as a user id and rejects a number that is not exact', () => {
    const outcomes = readText(
      'ndjson',
      '{"user":42}\n{"user":12345678901234567890}\n{"user":1.5}\n{"user":true}\n{"user":null}\n{}\n',
    );

    expect(short(outcomes)).toEqual([
      anEvent({ line: 1, userId: '42' }),
      '2 field_invalid',
      '3 field_invalid',
      '4 field_invalid',
      '5 field_missing',
      '6 field_missing',
    ]);
  });

  it('rejects a line that is not an object, and continues', () => {
    const deep = `{"user":"u","a":${'['.repeat(40)}${']'.repeat(40)}}`;

    const outcomes = readText('ndjson', `nonsense\n[1]\n"text"\nnull\n{"user":\n${deep}\n{"user":"u"}`);

    expect(short(outcomes)).toEqual([
      '1 not_json',
      '2 not_an_object',
      '3 not_an_object',
      '4 not_an_object',
      '5 not_json',
      '6 too_deep',
      anEvent({ line: 7 }),
    ]);
  });

  it('does not count brackets inside strings as nesting', () => {
    expect(readText('ndjson', JSON.stringify({ user: 'u', a: '[{'.repeat(100) }))[0]?.kind).toBe('event');
  });
});
