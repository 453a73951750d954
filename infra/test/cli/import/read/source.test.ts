import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openSource } from '../../../../src/cli/import/read/source.ts';
import { tempDir, tempFile } from '../../support.ts';

const noInput = () => Readable.from([]);

async function contentOf(file: string, stdin: Readable = noInput()): Promise<[string, string]> {
  const source = await openSource(file, stdin);
  const read = async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of source.chunks()) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  const contents: [string, string] = [await read(), await read()];
  await source.close();
  return contents;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('openSource', () => {
  it('reads plain files and gzip of one or more members twice, whatever the file is called', async () => {
    const plain = tempFile('a.gz', 'one\ntwo\n');
    const packed = tempFile('a.csv', Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]));

    expect(await contentOf(plain)).toEqual(['one\ntwo\n', 'one\ntwo\n']);
    expect(await contentOf(packed)).toEqual(['one\ntwo\n', 'one\ntwo\n']);
  });

  it('reads an empty file as no content', async () => {
    expect(await contentOf(tempFile('a.csv', ''))).toEqual(['', '']);
  });

  it('spools standard input, gzip included, and leaves no file', async () => {
    const folder = tempDir();
    vi.stubEnv('TMPDIR', folder);

    const source = await openSource('-', Readable.from([gzipSync('from '), gzipSync('input')]));

    expect(readdirSync(folder)).toEqual([]);
    await source.close();
    expect(await contentOf('-', Readable.from([gzipSync('from '), gzipSync('input')]))).toEqual([
      'from input',
      'from input',
    ]);
  });

  it('spools a named pipe', async () => {
    const pipe = join(tempDir(), 'pipe');
    // The writer waits for the reader, so it goes on by itself.
    execFileSync('sh', ['-c', `mkfifo '${pipe}' && (echo piped > '${pipe}') > /dev/null 2>&1 &`]);
    while (!existsSync(pipe)) await new Promise((resolve) => setTimeout(resolve, 5));

    expect(await contentOf(pipe)).toEqual(['piped\n', 'piped\n']);
  });

  it('reports a file that is absent, a folder, or compressed in another way', async () => {
    const folder = join(tempDir(), 'folder');
    mkdirSync(folder);

    await expect(openSource('/nowhere/a.csv', noInput())).rejects.toMatchObject({ code: 'file_unreadable' });
    await expect(openSource(folder, noInput())).rejects.toMatchObject({ code: 'file_unreadable' });
    await expect(openSource(tempFile('a.zip', 'PK\u0003\u0004rest'), noInput())).rejects.toMatchObject({
      code: 'file_packed',
    });
  });
});
