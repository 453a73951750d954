import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { scan } from '../../../../src/cli/import/read/scan.ts';
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
