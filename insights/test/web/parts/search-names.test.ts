import { describe, expect, it } from 'vitest';
import { searchNames } from '../../../src/web/parts/search-names.ts';

describe('searching names', () => {
  it('puts those that begin with the text first', () => {
    const items = ['item_view', 'View', 'buy'].map((name) => ({ name }));

    expect(searchNames(items, ' vi ').map(({ name }) => name)).toEqual(['View', 'item_view']);
    expect(searchNames(items, '')).toEqual(items);
  });
});
