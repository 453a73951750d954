/** Keeps the last tick for a moment, so that many open pages cost one read, and one read at a time. */
import type { LastTick } from '@dataloaf/core/last-tick';
import { TICK_CACHE_MS } from '../../query/limits.ts';
import type { TickReader } from './last-tick.ts';

export function createFreshness(readTick: TickReader, now: () => number): TickReader {
  let kept: { readonly tick: LastTick | undefined; readonly until: number } | undefined;
  let reading: Promise<LastTick | undefined> | undefined;

  const read = async (): Promise<LastTick | undefined> => {
    try {
      const tick = await readTick();
      kept = { tick, until: now() + TICK_CACHE_MS };
      return tick;
    } finally {
      reading = undefined;
    }
  };
  return () => {
    if (kept !== undefined && now() < kept.until) return Promise.resolve(kept.tick);
    reading ??= read();
    return reading;
  };
}
