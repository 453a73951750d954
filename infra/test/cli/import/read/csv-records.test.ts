import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINE_BYTES_MAX } from '../../../../src/cli/import/limits.ts';
import { type CsvRecord, CsvRecords } from '../../../../src/cli/import/read/csv-records.ts';
import { LineSplitter } from '../../../../src/cli/import/read/line-splitter.ts';

function read(text: string | Buffer, chunkBytes = 1 << 30): CsvRecord[] {
  const bytes = Buffer.from(text);
  const splitter = new LineSplitter();
  const records = new CsvRecords();
  const found: CsvRecord[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    found.push(...records.push(splitter.push(bytes.subarray(at, at + chunkBytes))));
  }
  return [...found, ...records.push(splitter.end()), ...records.end()];
}

const fieldsOf = (records: readonly CsvRecord[]) =>
  records.map((record) => (record.kind === 'fields' ? record.fields : record.problem.code));
const linesOf = (records: readonly CsvRecord[]) => records.map((record) => record.line);

describe('CsvRecords', () => {
  it('reads quotes, doubled quotes, commas and line ends inside quotes', () => {
    const records = read('a,b\n"x, ""y""","1\n2"\nlast,\n');

    expect(fieldsOf(records)).toEqual([
      ['a', 'b'],
      ['x, "y"', '1\n2'],
      ['last', ''],
    ]);
    expect(linesOf(records)).toEqual([1, 2, 4]);
  });

  it('keeps CRLF inside quotes and removes it at line ends', () => {
    expect(fieldsOf(read('a,b\r\n"1\r\n2",3\r\n'))).toEqual([
      ['a', 'b'],
      ['1\r\n2', '3'],
    ]);
  });

  it('removes a byte order mark and skips blank lines, which still count', () => {
    const records = read('\ufeffa,b\n\n\n1,2');

    expect(fieldsOf(records)).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
    expect(linesOf(records)).toEqual([1, 4]);
  });

  it('treats a quote in the middle of a field as a character', () => {
    expect(fieldsOf(read('5" pipe,3'))).toEqual([['5" pipe', '3']]);
  });

  it('loses only the line whose quote is never closed', () => {
    const records = read('a,b\n1,"oops\n2,x\n3,"y"\n4,z');

    expect(fieldsOf(records)).toEqual([['a', 'b'], 'quote_misplaced', ['2', 'x'], ['3', 'y'], ['4', 'z']]);
    expect(linesOf(records)).toEqual([1, 2, 3, 4, 5]);
  });

  it('reads the lines after an open quote at the end of the file', () => {
    expect(fieldsOf(read('1,"oops\n2,x\n"3\n4,y'))).toEqual([
      'quote_misplaced',
      ['2', 'x'],
      'quote_unclosed',
      ['4', 'y'],
    ]);
  });

  it('gives an open quote up within its limit and reads on', () => {
    const line = `${'x'.repeat(1_000)},y`;
    const count = Math.ceil(LINE_BYTES_MAX / line.length) + 10;

    const records = read(`"oops\n${`${line}\n`.repeat(count)}`);

    expect(records[0]).toMatchObject({ kind: 'broken', line: 1, problem: { code: 'quote_unclosed' } });
    expect(records).toHaveLength(count + 1);
  });

  it('refuses a line that is too long or not UTF-8, and reads the others', () => {
    const records = read(
      Buffer.concat([Buffer.from(`1,${'x'.repeat(LINE_BYTES_MAX)}\n2,`), Buffer.from([0xe9]), Buffer.from('\n3,é')]),
    );

    expect(fieldsOf(records)).toEqual(['line_too_long', 'not_utf8', ['3', 'é']]);
  });

  it('reads back every table that was written as CSV, in chunks of any size', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', ' ', '\r', '😀') });
    const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 9 }), (rows, chunkBytes) => {
        const text = rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')).join('\r\n');
        expect(fieldsOf(read(text, chunkBytes))).toEqual(rows);
      }),
    );
  });
});
