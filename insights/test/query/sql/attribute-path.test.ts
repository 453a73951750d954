import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scan } from '../../../../localstack/src/redshift/scanner.ts';
import { pathOf } from '../../../src/query/sql/attribute-path.ts';

const HOSTILE = ['a"b', '"', '""', "'", '--', '/*', ':p', '\\', 'a.b', '; DROP TABLE users', '🍞', '$1', '\n', ' '];
const key = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\0')),
);

describe('the path to an attribute', () => {
  it('is one token for each key, whatever the key holds', () => {
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 5 }), (path) => {
        const tokens = scan(pathOf({ of: 'event', path, asNumber: false }));

        expect(tokens.map(({ kind }) => kind)).toEqual([
          'word',
          'symbol',
          'word',
          ...path.flatMap(() => ['symbol', 'quoted']),
        ]);
      }),
      { seed: 20261125, numRuns: 500 },
    );
  });
});
