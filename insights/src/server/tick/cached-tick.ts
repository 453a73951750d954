/** Caches the last tick for a moment, so that many open pages cost one read from S3, and at most one at a time. */
import type { LastTick } from '@dataloaf/core/last-tick';
import { TICK_CACHE_MS } from '../limits.ts';
import type { TickReader } from './last-tick.ts';

export function createCachedTick(readTick: TickReader, now: () => number): TickReader {
  let cached: { readonly tick: LastTick | undefined; readonly until: number } | undefined;
  let reading: Promise<LastTick | undefined> | undefined;

  const read = async (): Promise<LastTick | undefined> => {
    try {
      const tick = await readTick();
      cached = { tick, until: now() + TICK_CACHE_MS };
      return tick;
    } finally {
      reading = undefined;
    }
  };
  return () => {
    if (cached !== undefined && now() < cached.until) return Promise.resolve(cached.tick);
    reading ??= read();
    return reading;
  };
}
