import { describe, expect, it } from 'vitest';
import { createFreshness } from '../src/server/freshness.ts';
import { parseLastTick } from '../src/server/last-tick.ts';

const CHECKED_AT = '2026-11-22T06:30:00.000Z';

describe('parseLastTick', () => {
  it('reads what the loader writes', () => {
    const text = `{"checked_at":"${CHECKED_AT}","complete_to":"2026-11-22T06:29:00.000Z","load_id":7,"parked":1}`;

    expect(parseLastTick(text)).toEqual({
      checkedAt: new Date(CHECKED_AT),
      completeTo: new Date('2026-11-22T06:29:00.000Z'),
      loadId: 7,
      parked: 1,
    });
  });

  it('knows that nothing may be loaded yet', () => {
    const text = `{"checked_at":"${CHECKED_AT}","complete_to":null,"load_id":null,"parked":0}`;

    expect(parseLastTick(text)).toMatchObject({ completeTo: undefined, loadId: undefined });
  });

  it('knows that no tick may have run since the warehouse was made', () => {
    expect(parseLastTick('null')).toBeUndefined();
  });

  it.each(['', '7', '{}', `{"checked_at":"${CHECKED_AT}","complete_to":"soon","load_id":7,"parked":0}`])(
    'refuses %s',
    (text) => {
      expect(() => parseLastTick(text)).toThrow(/Expected .* in the loader's last-tick\.json/);
    },
  );
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
