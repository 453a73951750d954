import { describe, expect, it } from 'vitest';
import { aMapping, readText, short } from './outcomes.ts';

describe('CSV as events', () => {
  it('reads the columns with a role and turns the others into attributes', () => {
    const mapping = aMapping({ event: { kind: 'column', column: 'kind' }, time: 'at', id: 'key' });

    const outcomes = readText('csv', 'kind,user,at,key,price,note\nbought,00001,2026-01-01,0007,12.50,\n', mapping);

    const timestamp = Date.UTC(2026, 0, 1);
    expect(short(outcomes)).toEqual([
      { line: 2, name: 'bought', userId: '00001', ownId: '0007', timestamp, attributes: { price: 12.5 } },
    ]);
  });

  it('rejects a line with another number of columns, without a user or without a time, and goes on', () => {
    const outcomes = readText(
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
    const [outcome] = readText('csv', 'user,__proto__,constructor\nu,x,y\n');

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
    expect(() => readText('csv', text)).toThrow(expect.objectContaining({ code }));
  });

  it('leaves out a header that comes again, with a byte order mark and with quotes too, and keeps the rows below it', () => {
    const outcomes = readText('csv', '\ufeffuser,n\nu,1\nuser,n\nv,2\n\ufeff"user","n"\nw,3\n');

    expect(short(outcomes)).toEqual([
      expect.objectContaining({ line: 2, userId: 'u', attributes: { n: 1 } }),
      '3 header_repeated',
      expect.objectContaining({ line: 4, userId: 'v', attributes: { n: 2 } }),
      '5 header_repeated',
      expect.objectContaining({ line: 6, userId: 'w', attributes: { n: 3 } }),
    ]);
  });

  it('reads the rows below a header in another order by that header', () => {
    const outcomes = readText('csv', 'user,n\nu,1\nn,user\n2,v\n');

    expect(short(outcomes)[2]).toMatchObject({ line: 4, userId: 'v', attributes: { n: 2 } });
  });

  it('keeps a row that only resembles the header', () => {
    const outcomes = readText('csv', 'user,n\nuser,1\nuser,user\n');

    expect(outcomes.map(({ kind }) => kind)).toEqual(['event', 'event']);
  });

  it('names the separator of a file that has no commas', () => {
    expect(() => readText('csv', 'name;user\nx;u\n')).toThrow(
      expect.objectContaining({ code: 'column_missing', hint: expect.stringContaining('csvformat') }),
    );
  });
});
