import { describe, expect, it } from 'vitest';
import { createFreshness } from '../../../src/server/tick/cached-tick.ts';
import { lastTickOf } from '../../../src/server/tick/last-tick.ts';

describe('lastTickOf', () => {
  it('knows that no tick may have run since the tables were created', () => {
    expect(lastTickOf('null')).toBeUndefined();
  });

  it('throws what the parser found, with what a person can do', () => {
    expect(() => lastTickOf('{}')).toThrow(
      expect.objectContaining({
        code: 'last_tick_unreadable',
        message: "Expected checked_at in the loader's last-tick.json, got something else.",
        hint: expect.stringContaining('The next load writes the object again.'),
      }),
    );
  });
});

describe('createFreshness', () => {
  it('reads once for many readers, and again after two seconds', async () => {
    let reads = 0;
    let now = 0;
    const read = createFreshness(
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
    const read = createFreshness(
      async () => {
        reads += 1;
        if (reads === 1) throw new Error('S3 is away');
        return undefined;
      },
      () => 0,
    );

    await expect(read()).rejects.toThrow('S3 is away');
    await expect(read()).resolves.toBeUndefined();
  });
});
