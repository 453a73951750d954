/**
 * Virtual time, which only the test advances: timers, immediates, Date and the runtime of the SDK. All
 * promise callbacks run between two timers, so a run depends on its seed alone. Work on other threads (files, sockets,
 * compression) does not follow this clock and must not be used under it.
 */
import { vi } from 'vitest';
import { runtime } from '../../src/runtime.ts';

export interface VirtualTime {
  now(): number;
  /** Advances the time by this many milliseconds and runs the timers that are due. */
  advance(ms: number): Promise<void>;
  /** Runs until the promise settles. @throws when it does not within this many virtual milliseconds. */
  settle<T>(promise: Promise<T>, ms?: number): Promise<T>;
  /** Runs promise callbacks only; no timer fires. */
  drain(): Promise<void>;
}

const START_MS = Date.UTC(2026, 0, 1);
const SETTLE_MS = 3_600_000;

/** Runs the body under virtual time; real time is back afterwards, timers that are left are forgotten. */
export async function withVirtualTime<T>(body: (time: VirtualTime) => Promise<T>): Promise<T> {
  const { setImmediate: realImmediate } = globalThis;
  const drain = (): Promise<void> =>
    new Promise((resolve) => {
      realImmediate(resolve);
    });
  vi.useFakeTimers({
    now: START_MS,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'Date'],
  });
  // Node's shortest delay is one millisecond. The library's is zero, and then a fraction of a millisecond never passes.
  globalThis.setTimeout = atLeastOne(globalThis.setTimeout);
  const real = { ...runtime };
  const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate } = globalThis;
  const virtual = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate };
  Object.assign(runtime, virtual, { now: Date.now, elapsed: () => Date.now() - START_MS });
  const step = async (): Promise<void> => {
    vi.advanceTimersToNextTimer();
    await drain();
  };
  const time: VirtualTime = {
    now: () => Date.now(),
    drain,
    async advance(ms) {
      let isOver = false;
      setTimeout(() => {
        isOver = true;
      }, ms);
      await drain();
      while (!isOver) await step();
    },
    async settle(promise, ms = SETTLE_MS) {
      const end = Date.now() + ms;
      let isSettled = false;
      const settled = (): void => {
        isSettled = true;
      };
      promise.then(settled, settled);
      await drain();
      while (!isSettled) {
        if (vi.getTimerCount() === 0 || Date.now() > end) {
          throw new Error(`Expected the promise to settle within ${ms} virtual milliseconds; it waits still.`);
        }
        await step();
      }
      return promise;
    },
  };
  // A run creates thousands of errors, and their stack traces through virtual timers are useless.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await body(time);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Object.assign(runtime, real);
    vi.useRealTimers();
  }
}

function atLeastOne(set: typeof setTimeout): typeof setTimeout {
  return new Proxy(set, {
    apply: (_, self, [run, ms = 0, ...values]) => Reflect.apply(set, self, [run, Math.max(1, ms), ...values]),
  });
}
