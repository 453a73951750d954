import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../src/error-code.ts';
import { makeFolder } from '../src/make-folder.ts';
import { aFolder } from './tools/test-client.ts';

function failureOf(folder: string): string {
  try {
    makeFolder(folder);
    return 'none';
  } catch (error) {
    return `${codeOf(error)}: ${error instanceof Error ? error.message : ''}`;
  }
}

const withFile = (dir: string): string => {
  fs.writeFileSync(path.join(dir, 'file'), '');
  return path.join(dir, 'file');
};
const withDanglingLink = (dir: string): string => {
  fs.symlinkSync(path.join(dir, 'nothing'), path.join(dir, 'link'));
  return path.join(dir, 'link');
};
const withLoop = (dir: string): string => {
  fs.symlinkSync(path.join(dir, 'loop'), path.join(dir, 'loop'));
  return path.join(dir, 'loop/in');
};

describe('a folder', () => {
  it('is made with those above it, for its owner alone, and made again without an error', () => {
    const dir = aFolder();
    const folder = path.join(dir, 'a/b/c');

    makeFolder(folder);
    makeFolder(folder);

    const modes = ['a', 'a/b', 'a/b/c'].map((name) => fs.statSync(path.join(dir, name)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700, 0o700]);
  });

  it('is found through a symbolic link', () => {
    const dir = aFolder();
    fs.mkdirSync(path.join(dir, 'real'));
    fs.symlinkSync(path.join(dir, 'real'), path.join(dir, 'link'));

    makeFolder(path.join(dir, 'link/journal'));

    expect(fs.existsSync(path.join(dir, 'real/journal'))).toBe(true);
  });

  it.each<[string, (dir: string) => string, RegExp]>([
    ['a file is in its place', withFile, /^ENOTDIR: .* at .*file, got a file\. Remove it/],
    ['a file is above it', (dir) => `${withFile(dir)}/a/b`, /^ENOTDIR: .*file/],
    [
      'a dangling link is in its place',
      withDanglingLink,
      /^dangling_link: .* got a symbolic link that leads to nothing\./,
    ],
    ['a dangling link is above it', (dir) => `${withDanglingLink(dir)}/a/b`, /^dangling_link: .*link/],
    ['a link leads to itself', withLoop, /^ELOOP/],
    ['a name is too long', (dir) => path.join(dir, 'x'.repeat(300)), /^ENAMETOOLONG/],
    ['the path is too long', (dir) => `${dir}${'/x'.repeat(100_000)}`, /^ENAMETOOLONG/],
    [
      'a file system takes no folders',
      () => '/proc/dataloaf/journal',
      /^(?:folder_refused|EROFS|EACCES|EPERM): .*\/proc/,
    ],
  ])('is refused with the cause when %s', (_, makeCase, expected) => {
    expect(failureOf(makeCase(aFolder()))).toMatch(expected);
  });
});
