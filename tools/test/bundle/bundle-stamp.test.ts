import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readUnchanged, stampBundle } from '../../bundle/bundle-stamp.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dataloaf-stamp-'));
  await writeFile(join(root, 'input.ts'), 'one');
  await utimes(join(root, 'input.ts'), 1_000, 1_000);
  await writeFile(join(root, 'out.mjs'), 'bundle');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const work = () => ({ root, file: join(root, 'out.mjs'), settings: 'esm' });
const stamp = (startedMs = Date.now()) =>
  stampBundle(work(), { contents: Buffer.from('bundle'), inputs: ['input.ts'], startedMs });

it('keeps a bundle whose settings, inputs and output are as they were', async () => {
  await stamp();

  expect(String(await readUnchanged(work()))).toBe('bundle');
});

it.each([
  ['an input changed', () => writeFile(join(root, 'input.ts'), 'two')],
  ['an input is gone', () => rm(join(root, 'input.ts'))],
  ['somebody wrote the output', () => writeFile(join(root, 'out.mjs'), 'other')],
  ['the output is gone', () => rm(join(root, 'out.mjs'))],
])('makes it again when %s', async (_what, change) => {
  await stamp();

  await change();

  expect(await readUnchanged(work())).toBeUndefined();
});

it('makes it again with other settings, and when there is no stamp', async () => {
  const before = await readUnchanged(work());
  await stamp();

  expect(before).toBeUndefined();
  expect(await readUnchanged({ ...work(), settings: 'cjs' })).toBeUndefined();
});

it('remembers nothing of a bundle whose input changed while it was made', async () => {
  await stamp(1_000_000);

  expect(await readUnchanged(work())).toBeUndefined();
});
