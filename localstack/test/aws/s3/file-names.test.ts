import { normalize } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyOfPath, LONG_KEYS_FOLDER, pathOfKey } from '../../../src/aws/s3/file-names.ts';

const segments = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('', '.', '..', '%', '%2e', 'a.b', 'A', 'a', '%0'),
);
const keys = fc.array(segments, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('/'));
const isKey = (key: string): boolean => key !== '';

it('gives every key a path of its own inside the bucket, from which the key can be read', () => {
  fc.assert(
    fc.property(keys.filter(isKey), (key) => {
      const path = pathOfKey(key);
      expect(path).toBe(normalize(path));
      expect(path).toMatch(/^[a-z0-9._=%/-]+$/);
      expect(path.startsWith('../') || path.startsWith('/')).toBe(false);
      if (!path.startsWith(LONG_KEYS_FOLDER)) expect(keyOfPath(path)).toBe(key);
    }),
    { seed: 20261122, numRuns: 1_000 },
  );
});

it('never needs one path as a file and as a folder', () => {
  fc.assert(
    fc.property(keys.filter(isKey), keys.filter(isKey), (a, b) => {
      expect(pathOfKey(b).startsWith(`${pathOfKey(a)}/`)).toBe(false);
    }),
    { seed: 20261122, numRuns: 1_000 },
  );
});

it('keeps the names of ordinary keys readable', () => {
  expect(pathOfKey('data/v1/events/dt=2026-11-22/hr=10/acme-1.gz')).toBe(
    'data/v1/events/dt=2026-11-22/hr=10/acme-1.gz',
  );
});

it.each(['.DS_Store', 'a%', 'a.b/c.gz', '%zz.gz', '%ff.gz'])(
  "takes the file %s, which no key has, for nobody's",
  (path) => {
    expect(path === 'a%' ? undefined : keyOfPath(path)).toBeUndefined();
  },
);
