import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../../../src/cli/import/read/line-splitter.ts';
import type { Format, Mapping } from '../../../../src/cli/import/read/mapping.ts';
import type { Outcome } from '../../../../src/cli/import/read/outcome.ts';
import { makeReader } from '../../../../src/cli/import/send/send-file.ts';

const aMapping = (changes: Partial<Mapping> = {}): Mapping => ({
  event: { kind: 'constant', name: 'paid' },
  user: 'user',
  time: undefined,
  id: undefined,
  ...changes,
});

function read(format: Format, text: string, mapping = aMapping()): Outcome[] {
  const splitter = new LineSplitter();
  const reader = makeReader(format, mapping);
  const lines = [...splitter.push(Buffer.from(text)), ...splitter.end()];
  return [...reader.push(lines), ...reader.end()];
}

const short = (outcomes: readonly Outcome[]) =>
  outcomes.map((outcome) =>
    outcome.kind === 'event' ? outcome.event : `${outcome.reject.line} ${outcome.reject.code}`,
  );

const anEvent = (changes: object) => ({
  name: 'paid',
  userId: 'u',
  ownId: undefined,
  timestamp: undefined,
  attributes: {},
  ...changes,
});

describe('CSV as events', () => {
  it('takes the columns with a role out and makes the others attributes', () => {
    const mapping = aMapping({ event: { kind: 'column', column: 'kind' }, time: 'at', id: 'key' });

    const outcomes = read('csv', 'kind,user,at,key,price,note\nbought,00001,2026-01-01,0007,12.50,\n', mapping);

    const timestamp = Date.UTC(2026, 0, 1);
    expect(short(outcomes)).toEqual([
      { line: 2, name: 'bought', userId: '00001', ownId: '0007', timestamp, attributes: { price: 12.5 } },
    ]);
  });

  it('rejects a line with another number of columns, without a user or without a time, and goes on', () => {
    const outcomes = read(
      'csv',
      'user,at\nu\nu,2026-01-01,x\n,2026-01-01\nu,\nu,soon\nu,2026-01-01\n',
      aMapping({ time: 'at' }),
    );

    expect(short(outcomes).slice(0, 5)).toEqual([
      '2 column_count',
      '3 column_count',
      '4 field_missing',
      '5 time_invalid',
      '6 time_invalid',
    ]);
    expect(outcomes[5]?.kind).toBe('event');
  });

  it('keeps an attribute of any name, __proto__ included', () => {
    const [outcome] = read('csv', 'user,__proto__,constructor\nu,x,y\n');

    expect(JSON.stringify(outcome?.kind === 'event' && outcome.event.attributes)).toBe(
      '{"__proto__":"x","constructor":"y"}',
    );
  });

  it.each([
    ['name,price\n', 'column_missing'],
    ['user,user\n', 'csv_header'],
    ['user,\n', 'csv_header'],
    ['"user\n', 'csv_header'],
  ])('ends at a first line that does not name the columns: %j', (text, code) => {
    expect(() => read('csv', text)).toThrow(expect.objectContaining({ code }));
  });
});

describe('NDJSON as events', () => {
  it('keeps values as they are, null included', () => {
    const outcomes = read('ndjson', '{"user":"u","a":null,"b":"007","c":{"d":[1.5,true]}}\r\n\n');

    expect(short(outcomes)).toEqual([anEvent({ line: 1, attributes: { a: null, b: '007', c: { d: [1.5, true] } } })]);
  });

  it('takes a whole number as a user and refuses what would not be exact', () => {
    const outcomes = read(
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

  it('rejects what is no object, and goes on', () => {
    const deep = `{"user":"u","a":${'['.repeat(40)}${']'.repeat(40)}}`;

    const outcomes = read('ndjson', `nonsense\n[1]\n"text"\nnull\n{"user":\n${deep}\n{"user":"u"}`);

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

  it('takes brackets inside texts for what they are', () => {
    expect(read('ndjson', JSON.stringify({ user: 'u', a: '[{'.repeat(100) }))[0]?.kind).toBe('event');
  });
});
