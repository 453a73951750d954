import type { Row } from '@dataloaf/core/warehouse/warehouse';
import { describe, expect, it } from 'vitest';
import { createRowCache } from '../../../src/server/warehouse/row-cache.ts';

describe('the row cache', () => {
  const limits = { entriesMax: 2, rowsMax: 5, ageMsMax: 10 };
  const rows = (count: number): readonly Row[] => Array.from({ length: count }, (_, value) => ({ value }));

  it('evicts the least recently used entry', () => {
    const cache = createRowCache(limits);
    cache.set('a', rows(1), 0);
    cache.set('b', rows(1), 0);

    cache.get('a', 0);
    cache.set('c', rows(1), 0);

    expect([cache.get('a', 0), cache.get('b', 0), cache.get('c', 0)]).toEqual([rows(1), undefined, rows(1)]);
  });

  it('never holds more rows than its limit, not even in a single entry', () => {
    const cache = createRowCache(limits);

    cache.set('a', rows(4), 0);
    cache.set('b', rows(4), 0);
    cache.set('c', rows(6), 0);

    expect([cache.get('a', 0), cache.get('b', 0), cache.get('c', 0)]).toEqual([undefined, undefined, undefined]);
  });
});
