import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readOrCreateKeys } from '../../src/stack/keys.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'dataloaf-keys-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const file = (): string => join(dir, 'keys.json');

it('keys are created once, in a file that only their owner reads', async () => {
  const first = await readOrCreateKeys(dir);

  expect(await readOrCreateKeys(dir)).toEqual(first);
  expect(readdirSync(dir)).toEqual(['keys.json']);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

it.each(['', '{"serverKey":"dl_s_'])('a file that a first start left torn is replaced: %j', async (torn) => {
  writeFileSync(file(), torn);

  const keys = await readOrCreateKeys(dir);

  expect(keys.serverKey).toMatch(/^dl_s_/);
  expect(await readOrCreateKeys(dir)).toEqual(keys);
});

it('keys that exist and cannot be read are not replaced', async () => {
  mkdirSync(file());

  await expect(readOrCreateKeys(dir)).rejects.toThrow('EISDIR');
});
