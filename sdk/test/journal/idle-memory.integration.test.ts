import { describe, expect, it } from 'vitest';
import { anApi, KEY, runScript } from '../tools/test-client.ts';

const LIMIT_BYTES = 100 * 1024;

/** Bytes of memory of each client in a process of its own, and how many warnings they wrote. */
async function measure(count: number, itemsEach: number): Promise<{ bytes: number; warnings: number }> {
  const api = await anApi();
  const { ended, output } = runScript('idle-memory-script.ts', {
    COUNT: String(count),
    ITEMS: String(itemsEach),
    LIMIT: String(LIMIT_BYTES),
    DATALOAF_ENDPOINT: api.endpoint,
    DATALOAF_SERVER_KEY: KEY,
  });
  await ended;
  return JSON.parse(output());
}

describe('an idle client', () => {
  it('takes at most 100 KB beside 499 others, and one of them all warns', async () => {
    const { bytes, warnings } = await measure(500, 1);

    expect(bytes).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(warnings).toBe(1);
  }, 60_000);

  it('gives back what a burst took', async () => {
    const { bytes } = await measure(8, 4_000);

    expect(bytes).toBeLessThanOrEqual(3 * LIMIT_BYTES);
  }, 60_000);
});
