import { canonicalJson } from '@dataloaf/core/values/attributes';
import { describe, expect, it } from 'vitest';
import { NUMBER_CASES } from '../../../../../core/test/number-cases.ts';
import { aMapping, changesOf, readText, short } from './outcomes.ts';

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

  it('removes the byte order marks of concatenated files', () => {
    const outcomes = readText('ndjson', '\ufeff{"user":"u"}\n\ufeff{"user":"v"}\n');

    expect(short(outcomes)).toEqual([anEvent({ line: 1, userId: 'u' }), anEvent({ line: 2, userId: 'v' })]);
  });
});

describe('a dotted path in NDJSON', () => {
  const mapping = aMapping({
    event: { kind: 'column', column: 'what.name' },
    user: 'properties.distinct_id',
    time: 'properties.at.ms',
    id: 'properties.$insert_id',
  });
  const properties = { distinct_id: 'u', at: { ms: 1_700_000_000_000 }, $insert_id: 'i', plan: 'pro' };

  it('names the value of each role, which then is no attribute', () => {
    const outcomes = readText('ndjson', JSON.stringify({ what: { name: 'paid' }, properties, n: 1 }), mapping);

    expect(short(outcomes)).toEqual([
      anEvent({
        line: 1,
        ownId: 'i',
        timestamp: 1_700_000_000_000,
        attributes: { properties: { plan: 'pro' }, n: 1 },
      }),
    ]);
  });

  it.each([
    [{ 'a.b': 'key', a: { b: 'path' } }, 'key', { a: { b: 'path' } }],
    [{ a: { b: 'path', c: 1 } }, 'path', { a: { c: 1 } }],
    [{ a: { b: 'path' } }, 'path', {}],
  ])('is overruled by a key that contains the dot: %j', (line, userId, attributes) => {
    const outcomes = readText('ndjson', JSON.stringify(line), aMapping({ user: 'a.b' }));

    expect(short(outcomes)).toEqual([anEvent({ line: 1, userId, attributes })]);
  });

  it('goes through keys that contain a dot', () => {
    const line = JSON.stringify({ a: { x: 1 }, 'a.b': { c: { 'd.e': 'u' } } });

    expect(short(readText('ndjson', line, aMapping({ user: 'a.b.c.d.e' })))).toEqual([
      anEvent({ line: 1, attributes: { a: { x: 1 } } }),
    ]);
  });

  it.each([{}, { a: 1 }, { a: null }, { a: {} }, { a: { b: null } }, { a: [{ b: 'u' }] }])(
    'that %j does not have rejects the line and names the path',
    (line) => {
      const [outcome] = readText('ndjson', JSON.stringify(line), aMapping({ user: 'a.b' }));

      expect(outcome).toMatchObject({
        kind: 'reject',
        reject: { line: 1, code: 'field_missing', message: expect.stringContaining('"a.b"') },
      });
    },
  );

  it('is an ordinary column name in CSV', () => {
    expect(short(readText('csv', 'a.b\nu\n', aMapping({ user: 'a.b' })))).toEqual([anEvent({ line: 2 })]);
  });
});

describe('a number that JSON does not keep', () => {
  it.each([
    ['{"user":"u","n":9007199254740993,"m":1}', { m: 1 }],
    ['{"user":"u","n":-12345678901234567890}', {}],
    ['{"user":"u","n":9007199254740993.0}', {}],
    ['{"user":"u","n":1e300,"m":"1e300"}', { m: '1e300' }],
    ['{"user":"u","n":1E400}', {}],
    ['{"user":"u","a":{"n":9007199254740993,"m":1}}', { a: { m: 1 } }],
    ['{"user":"u","a":[{"n":9007199254740993,"m":1}]}', { a: [{ m: 1 }] }],
    ['{"user":"u","a":[1,9007199254740993],"m":1}', { m: 1 }],
  ])('costs its name, never the event: %s', (line, attributes) => {
    const outcomes = readText('ndjson', line);

    expect(short(outcomes)).toEqual([anEvent({ line: 1, attributes })]);
    expect(changesOf(outcomes)).toEqual(['number_unsafe']);
  });

  it.each([
    ['9007199254740991', 9007199254740991],
    ['1234567890123456.7', 1234567890123456.8],
    ['0.1000000000000000055', 0.1],
    ['1e3', 1_000],
  ])('is not %s, which is kept or rounded to the nearest double', (text, value) => {
    const outcomes = readText('ndjson', `{"user":"u","n":${text},"text":"9007199254740993"}`);

    expect(short(outcomes)).toEqual([anEvent({ line: 1, attributes: { n: value, text: '9007199254740993' } })]);
    expect(changesOf(outcomes)).toEqual([]);
  });
});

describe('a number of every form', () => {
  it.each(NUMBER_CASES)('written as $text is $stored for the API; undefined: it costs its name', ({ text, stored }) => {
    const outcomes = readText('ndjson', `{"user":"u","n":${text}}`);

    const sent = outcomes.map((outcome) => outcome.kind === 'event' && canonicalJson(outcome.event.attributes));
    expect(sent).toEqual([stored === undefined ? '{}' : `{"n":${stored}}`]);
    expect(changesOf(outcomes)).toEqual(stored === undefined ? ['number_unsafe'] : []);
  });
});

describe('a key that comes twice in one object', () => {
  it.each([
    ['{"user":"u","a":1,"a":2}', { a: 2 }, 1],
    ['{"user":"v","a":{"b":1,"b":2},"user":"u","user":"u"}', { a: { b: 2 } }, 3],
    ['{"user":"u","a":[{"b":1,"b":2}]}', { a: [{ b: 2 }] }, 1],
    ['{ "user" : "u", "a" : 1, "a" : 2 }', { a: 2 }, 1],
    ['{"user":"u", "a":"x", "\\u0061":"y"}', { a: 'y' }, 1],
    ['{"user":"u","a":"\\":\\":","b":{"a":1},"c":[":",":"]}', { a: '":":', b: { a: 1 }, c: [':', ':'] }, 0],
  ])('keeps its last value and is counted: %s', (line, attributes, count) => {
    const outcomes = readText('ndjson', line);

    expect(short(outcomes)).toEqual([anEvent({ line: 1, attributes })]);
    expect(changesOf(outcomes)).toEqual(Array.from({ length: count }, () => 'key_repeated'));
  });
});
