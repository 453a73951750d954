import { describe, expect, it } from 'vitest';
import { HotLog } from '../../src/journal/hot-log.ts';
import { BufferPool } from '../../src/journal/shared-buffer.ts';
import { POOL_TICK_MS } from '../../src/limits.ts';
import { withVirtualTime } from '../tools/virtual-time.ts';

const USUAL = 1_000;

describe('buffer pool', () => {
  it('hands a released buffer out again', async () => {
    await withVirtualTime(async () => {
      const pool = new BufferPool(USUAL, 2);
      const first = pool.take(500);
      first.release();

      expect(pool.take(500).buffer).toBe(first.buffer);
    });
  });

  it('gives back what nobody needs, and keeps what is in use', async () => {
    await withVirtualTime(async (time) => {
      const pool = new BufferPool(USUAL, 4);
      const taken = [1, 2, 3].map(() => pool.take(500));
      for (const shared of taken) shared.release();

      const kept = new Set<Buffer>();
      for (let round = 0; round < 5; round += 1) {
        const shared = pool.take(500);
        kept.add(shared.buffer);
        shared.release();
        await time.advance(POOL_TICK_MS);
      }
      await time.advance(2 * POOL_TICK_MS);
      const fresh = pool.take(500).buffer;

      expect([...kept]).toEqual([taken[2]?.buffer]);
      expect(taken.map(({ buffer }) => buffer)).not.toContain(fresh);
    });
  });

  it('makes a short buffer in the length that is needed, unless a usual one is free', async () => {
    await withVirtualTime(async () => {
      const pool = new BufferPool(USUAL, 2);
      const short = pool.take(60);
      pool.take(500).release();

      expect([short.buffer.length, pool.take(60).buffer.length]).toEqual([60, USUAL]);
    });
  });
});

describe('hot log', () => {
  const item = { kind: 'event' as const, source: Buffer.from('{"event_id":"e1"}'), start: 0, bytes: 17 };
  const journal = { settle: () => undefined };
  const takeAll = (log: HotLog) => log.take({ until: Number.POSITIVE_INFINITY, maxBytes: 1_000_000, journal });

  it('gives up its block when it is empty and idle, and goes on in another', async () => {
    await withVirtualTime(async (time) => {
      const log = new HotLog(262_144, 1_000_000);
      for (let at = 0; at < 1_000; at += 1) log.append(item);
      const before = takeAll(log);
      for (const { memory } of before) memory?.release();
      await time.advance(4 * POOL_TICK_MS);

      log.append(item);
      const [after] = takeAll(log);

      expect(before.at(-1)?.source.length).toBe(262_144);
      expect([after?.seq, after?.source.length]).toEqual([1_001, 16_384]);
    });
  });

  it('keeps its block while items wait', async () => {
    await withVirtualTime(async (time) => {
      const log = new HotLog(262_144, 1_000_000);
      for (let at = 0; at < 1_000; at += 1) log.append(item);
      await time.advance(4 * POOL_TICK_MS);

      expect(takeAll(log)).toHaveLength(1_000);
    });
  });
});
