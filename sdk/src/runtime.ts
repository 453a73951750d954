/**
 * Timers and clocks, as they are when the SDK is loaded. Test environments replace the global ones: jsdom by others that
 * have no `unref`, fake timers by others that never fire, and fake timers also replace the members of `node:timers`.
 * Then a delivery would stop for ever. Tests of ours replace the members of this object.
 */
import { performance } from 'node:perf_hooks';
import { clearImmediate, clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from 'node:timers';
import { RealDate } from '@dataloaf/core/values/real-date';

const measure = performance.now;

export const runtime = {
  setTimeout,
  clearTimeout,
  setInterval,
  clearInterval,
  setImmediate,
  clearImmediate,
  /** Wall clock in milliseconds. */
  now: RealDate.now,
  /** Monotonic milliseconds. */
  elapsed: (): number => measure.call(performance),
};
