import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { RIGHTS_FILE, renderRights } from '../../docs/rights.ts';

it('core/docs/rights.md is up to date with the definitions of rights; `npm run docs` writes it', () => {
  const written = readFileSync(new URL(`../../../${RIGHTS_FILE}`, import.meta.url), 'utf8');

  expect(written).toBe(renderRights());
});
