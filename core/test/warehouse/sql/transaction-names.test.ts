import { describe, expect, it } from 'vitest';
import { SETUP_NAMES, writerKindOf, writerName } from '../../../src/warehouse/sql/transaction-names.ts';

describe('the name of a writer', () => {
  it.each([
    ['load', 'a1b2', 'load-a1b2'],
    ['park', 'a1b2', 'park-a1b2'],
    ['direct', '0198-42', 'direct-0198-42'],
    ['catalog', 7, 'catalog-7'],
    ['migration', 1, 'migration-1'],
  ] as const)('begins with its kind: %s', (kind, id, name) => {
    expect(writerName(kind, id)).toBe(name);
    expect(writerKindOf(name)).toBe(kind);
  });

  it.each(['', 'load', 'loader-1', 'overload-1', SETUP_NAMES.base, SETUP_NAMES.mutex, 'Load-1', 'merge-1'])(
    'is not "%s"',
    (name) => {
      expect(writerKindOf(name)).toBeUndefined();
    },
  );
});
