import { describe, expect, it } from 'vitest';
import { needsReload } from '../../../src/web/page/needs-reload.ts';
import { aFreshness } from '../../builders.ts';

const aLook = (load_id: number | null) => aFreshness({ load_id });

describe('the page reloads', () => {
  it('when there is a load that the poll before did not have', () => {
    expect(needsReload({ before: aLook(1), seen: aLook(2), shown: undefined })).toBe(true);
    expect(needsReload({ before: aLook(null), seen: aLook(1), shown: undefined })).toBe(true);
  });

  it('when its first poll shows a load that its numbers do not include', () => {
    expect(needsReload({ before: undefined, seen: aLook(2), shown: { load_id: 1 } })).toBe(true);
  });

  it('neither when its numbers include the newest load, nor while they are in flight', () => {
    expect(needsReload({ before: undefined, seen: aLook(2), shown: { load_id: 2 } })).toBe(false);
    expect(needsReload({ before: undefined, seen: aLook(2), shown: undefined })).toBe(false);
    expect(needsReload({ before: aLook(2), seen: aLook(2), shown: { load_id: 2 } })).toBe(false);
  });
});
