import { expect, it } from 'vitest';
import { createKey, findKey, parseKeysFile } from '../../src/lambda/keys.ts';

it('finds a key by its whole text only', () => {
  const [first, second] = [createKey('server'), createKey('browser')];
  const stored = [first.stored, second.stored];

  expect(findKey(second.key, stored)).toBe(second.stored);
  expect(findKey(`${second.key.slice(0, -1)}${second.key.endsWith('A') ? 'B' : 'A'}`, stored)).toBeUndefined();
  expect(findKey('', stored)).toBeUndefined();
  expect(findKey('x'.repeat(100_000), stored)).toBeUndefined();
});

it('keeps nothing of the secret', () => {
  const { key, stored } = createKey('server');

  expect(JSON.stringify(stored)).not.toContain(key.slice(-43));
});

it('refuses a file of keys that it did not write', () => {
  expect(() => parseKeysFile('{"keys":[{"id":"a","kind":"admin","sha256":"b"}]}')).toThrow('Expected config/keys.json');
});
