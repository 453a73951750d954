import { lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fileSystemError, makeOwnFolder } from '../src/own-folder.ts';

const dir = mkdtempSync(join(tmpdir(), 'dataloaf-own-folder-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const failureOf = (path: string): unknown => {
  try {
    makeOwnFolder(path, 0o700);
    return undefined;
  } catch (error) {
    return error;
  }
};

it('a folder is made with those above it, and one that exists is taken', () => {
  const path = join(dir, 'a', 'b', 'c');

  makeOwnFolder(path, 0o700);
  makeOwnFolder(path, 0o700);

  expect(lstatSync(path).mode & 0o777).toBe(0o700);
});

it('a link to a folder is taken', () => {
  mkdirSync(join(dir, 'there'));
  symlinkSync(join(dir, 'there'), join(dir, 'link'));

  expect(failureOf(join(dir, 'link'))).toBeUndefined();
});

it.each([
  ['a file', (path: string) => writeFileSync(path, ''), '', 'it is a file.'],
  [
    'a link that leads nowhere',
    (path: string) => symlinkSync('/nowhere', path),
    '',
    'a link to /nowhere, which leads nowhere (ENOENT).',
  ],
  ['a link to itself', (path: string) => symlinkSync(path, path), '', 'which leads nowhere (ELOOP).'],
  ['a link to a file', (path: string) => symlinkSync('/etc/hosts', path), '', 'a link to /etc/hosts, which is none.'],
  ['below a file', (path: string) => writeFileSync(path, ''), 'below', 'it is a file (ENOTDIR).'],
  ['below a link that leads nowhere', (path: string) => symlinkSync('/nowhere', path), 'below', 'which leads nowhere'],
])('%s is reported in one sentence with what to do', (name, put, below, end) => {
  const path = join(dir, name.replaceAll(' ', '-'));
  put(path);

  expect(failureOf(join(path, below))).toMatchObject({
    code: 'folder_unusable',
    message: expect.stringContaining(end),
    hint: expect.stringContaining('--dir'),
  });
});

it('below /proc it ends', { skip: process.platform !== 'linux' }, () => {
  expect(failureOf('/proc/dataloaf/x')).toMatchObject({ code: 'folder_unusable' });
});

it('another failure of a file is one sentence too, and an error of another kind is none', () => {
  const failure = Object.assign(new Error('EISDIR'), { code: 'EISDIR', syscall: 'open', path: '/x/keys.json' });

  expect(fileSystemError(failure)?.message).toBe('Expected to open /x/keys.json, the system refused it (EISDIR).');
  expect(fileSystemError(new TypeError('x'))).toBeUndefined();
});
