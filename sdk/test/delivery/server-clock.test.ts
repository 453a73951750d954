import { describe, expect, it } from 'vitest';
import { ServerClock } from '../../src/delivery/server-clock.ts';

const HOUR_MS = 3_600_000;
const DATE_MS = Date.parse('2026-11-22T10:00:00Z');

function aClock(aheadMs: number) {
  const machine = { aheadMs, elapsedMs: 5_000.5 };
  const start = DATE_MS - machine.elapsedMs;
  const clock = new ServerClock({
    now: () => Math.trunc(start + machine.elapsedMs) + machine.aheadMs,
    elapsed: () => machine.elapsedMs,
  });
  return { machine, clock };
}

describe('server clock', () => {
  it.each([25 * HOUR_MS, -25 * HOUR_MS, HOUR_MS])(
    'replaces a clock that is %i ms ahead, once an answer shows it',
    (ms) => {
      const { machine, clock } = aClock(ms);
      const before = clock.now();

      const aheadMs = clock.learn(DATE_MS);
      machine.elapsedMs += 2_000;

      expect([before, aheadMs, clock.now()]).toEqual([DATE_MS + ms, ms, DATE_MS + 2_000]);
    },
  );

  it('is not moved when somebody sets the clock right, before and after the next answer', () => {
    const { machine, clock } = aClock(25 * HOUR_MS);
    clock.learn(DATE_MS);

    machine.aheadMs = 0;
    const before = clock.now();
    clock.learn(DATE_MS);

    expect([before, clock.now()]).toEqual([DATE_MS, DATE_MS]);
  });

  it.each([0, 60_000, -60_000])('trusts a clock that is %i ms ahead', (ms) => {
    const { clock } = aClock(ms);

    clock.learn(DATE_MS);

    expect(clock.now()).toBe(DATE_MS + ms);
  });
});
