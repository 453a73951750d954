import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { formatOf, scan } from '../../../../src/cli/import/read/scan.ts';
import { openSource } from '../../../../src/cli/import/read/source.ts';
import { tempFile } from '../../support.ts';

describe('scan', () => {
  it('refuses a damaged gzip file before any of it is sent', async () => {
    const source = await openSource(
      tempFile('a.csv.gz', gzipSync('one\ntwo\n'.repeat(1_000)).subarray(0, 30)),
      Readable.from([]),
    );

    await expect(scan(source, 'csv')).rejects.toMatchObject({ code: 'file_unreadable' });
    await source.close();
  });
});

describe('formatOf', () => {
  it('goes by the extension, else by the content', () => {
    expect(formatOf('a.csv', '{"a":1}')).toBe('csv');
    expect(formatOf('a.CSV.GZ', '{"a":1}')).toBe('csv');
    expect(formatOf('a.jsonl', 'a,b')).toBe('ndjson');
    expect(formatOf('stdin', '\ufeff \n{"a":1}')).toBe('ndjson');
    expect(formatOf('a.txt', 'a,b\n')).toBe('csv');
    expect(formatOf('a.constructor', 'a,b\n')).toBe('csv');
  });

  it('refuses a JSON array and says how to convert it', () => {
    expect(() => formatOf('a.json', ' [{"a":1}]')).toThrow(
      expect.objectContaining({ code: 'format_unknown', hint: expect.stringContaining('jq') }),
    );
  });
});
