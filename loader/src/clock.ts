/** Time and chance, passed in so that a test decides both. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 to below 1, for jitter. */
  random(): number;
  pause(ms: number): Promise<void>;
}

export const systemClock: Clock = { now: Date.now, random: Math.random, pause: async (ms) => sleep(ms) };
