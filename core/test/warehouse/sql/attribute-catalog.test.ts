import { STATEMENTS_PER_BATCH_MAX } from '@dataloaf/core/limits';
import { describe, expect, it } from 'vitest';
import { refreshCatalog } from '../../../src/warehouse/sql/attribute-catalog.ts';

describe('the refresh of the attribute catalogue', () => {
  const statements = refreshCatalog(7);

  it('reads as it was reviewed', () => {
    expect(statements.map(({ name, text }) => `-- ${name}\n${text}`).join('\n\n')).toMatchSnapshot();
  });

  it('takes the mutex before anything else and fits into one transaction', () => {
    expect(statements.slice(0, 2).map(({ name }) => name)).toEqual(['lock_mutex', 'count_mutex']);
    expect(statements.length).toBeLessThanOrEqual(STATEMENTS_PER_BATCH_MAX);
  });
});
