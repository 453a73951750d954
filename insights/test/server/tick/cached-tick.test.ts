import { describe, expect, it } from 'vitest';
import { createCachedTick } from '../../../src/server/tick/cached-tick.ts';

describe('createCachedTick', () => {
  it('reads once for many readers, and again after two seconds', async () => {
    let reads = 0;
    let now = 0;
    const read = createCachedTick(
      async () => {
        reads += 1;
        return undefined;
      },
      () => now,
    );

    await Promise.all([read(), read()]);
    await read();
    now = 2_001;
    await read();

    expect(reads).toBe(2);
  });

  it('reads again after a failure', async () => {
    let reads = 0;
    const read = createCachedTick(
      async () => {
        reads += 1;
        if (reads === 1) throw new Error('S3 is down');
        return undefined;
      },
      () => 0,
    );

    await expect(read()).rejects.toThrow('S3 is down');
    await expect(read()).resolves.toBeUndefined();
  });
});
