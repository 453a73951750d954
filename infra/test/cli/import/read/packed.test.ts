import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { scan } from '../../../../src/cli/import/read/scan.ts';
import { openSource } from '../../../../src/cli/import/read/source.ts';
import { tempFile } from '../../support.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
const tar = Buffer.concat([Buffer.alloc(257), Buffer.from('ustar\u000000')]);
const zip = (name: string): Buffer => Buffer.concat([hex('504b0304'), Buffer.alloc(26), Buffer.from(name)]);

async function refusalOf(name: string, content: Buffer): Promise<{ message: string; hint: string }> {
  try {
    const source = await openSource(tempFile(name, content), Readable.from([]));
    await scan(source, 'csv').finally(() => source.close());
  } catch (error) {
    return error as { message: string; hint: string };
  }
  return { message: 'taken', hint: '' };
}

describe('a file that an import does not read', () => {
  it.each([
    ['a.bz2', hex('425a6839314159265359'), 'bzip2', 'bzip2 -dc a.bz2'],
    ['a.bz2', hex('425a6831314159265359'), 'bzip2', 'bzip2 -dc'],
    ['a.zst', hex('28b52ffd 0400'), 'zstd', 'zstd -dc a.zst'],
    ['a.xz', hex('fd377a585a00 0004'), 'xz', 'xz -dc a.xz'],
    ['a.lz4', hex('04224d18 6440'), 'lz4', 'lz4 -dc a.lz4'],
    ['a.tar', tar, 'a tar archive', 'tar -xOf a.tar'],
    ['a.zip', zip('export/1.json.gz'), 'a zip archive', 'unzip -p a.zip'],
    ['a.parquet', hex('50415231 1504'), 'a Parquet file', "duckdb -c \"COPY (FROM 'a.parquet')"],
    ['a.avro', hex('4f626a01 04'), 'an Avro file', 'avro-tools tojson a.avro'],
    ['a.orc', hex('4f5243 0a0b'), 'an ORC file', 'orc-contents a.orc'],
    ['a.xlsx', zip('[Content_Types].xml'), 'an Excel workbook', 'CSV UTF-8'],
    ['a.xls', hex('d0cf11e0a1b11ae1'), 'an old Excel', 'CSV UTF-8'],
    ['a.csv', Buffer.concat([hex('fffe'), utf16('user,n\n')]), 'UTF-16', 'iconv -f UTF-16 -t UTF-8 a.csv'],
    ['a.csv', utf16('user,n\nu,1\n'), 'UTF-16', 'iconv -f UTF-16LE -t UTF-8 a.csv'],
    ['a.csv', utf16('user,n\nu,1\n').swap16(), 'UTF-16', 'iconv -f UTF-16BE -t UTF-8 a.csv'],
    ['a.7z', hex('377abcaf271c'), 'a 7z archive', '7z x -so a.7z'],
    ['a.Z', hex('1f9d90'), '.Z', 'gzip -dc a.Z'],
    ['a.sqlite', Buffer.from('SQLite format 3\0'), 'an SQLite database', 'sqlite3'],
  ])('is named with the command that helps: %s', async (name, content, what, command) => {
    const { message, hint } = await refusalOf(name, content);

    expect(message).toContain(`${name} is `);
    expect(message).toContain(what);
    expect(hint).toContain(command);
  });

  it.each([
    ['a.tar.gz', gzipSync(tar), 'a tar archive, inside gzip', 'tar -xOf unpacked'],
    ['a.csv.gz', gzipSync(gzipSync('user\nu\n')), 'compressed with gzip, inside gzip', 'gzip -dc unpacked'],
    ['a.csv.gz', gzipSync(Buffer.concat([hex('fffe'), utf16('user\nu\n')])), 'UTF-16', 'iconv'],
  ])('is named inside gzip, too: %s', async (name, content, what, command) => {
    const { message, hint } = await refusalOf(name, content);

    expect(message).toContain(what);
    expect(hint).toContain(`gzip -dc ${name} > unpacked`);
    expect(hint).toContain(command);
  });

  it('leaves a name that the shell would expand to the person', async () => {
    const { hint } = await refusalOf("a '$(x)'.xz", hex('fd377a585a00'));

    expect(hint).toContain('xz -dc FILE');
  });

  it.each(['ORCID,user\n1,u\n', 'PAR1,user\n1,u\n', 'BZh9,user\n1,u\n', 'PK,user\n1,u\n', '\ufeffuser\nu\n', ''])(
    'is not one that only begins with such letters: %j',
    async (text) => {
      expect((await refusalOf('a.csv', Buffer.from(text))).message).toBe('taken');
    },
  );
});
