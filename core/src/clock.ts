/** Time and chance, passed in so that a test decides both. */

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** From 0 to below 1, for jitter. */
  random(): number;
  pause(ms: number): Promise<void>;
}

export const systemClock: Clock = {
  now: Date.now,
  random: Math.random,
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};
