import { describe, expect, it } from 'vitest';
import { Gate } from '../../src/delivery/gate.ts';
import { StopSignal } from '../../src/timing.ts';

interface AGate {
  readonly minDelay?: number;
  readonly maxDelay?: number;
  readonly random?: number;
}

function aGate({ minDelay = 0, maxDelay = 60_000, random = 1 }: AGate = {}): { gate: Gate; clock: { ms: number } } {
  const clock = { ms: 0 };
  const signal = new StopSignal();
  const gate = new Gate({ minDelay, maxDelay }, { now: () => clock.ms, random: () => random, signal });
  return { gate, clock };
}

/** Whether a request passes the gate without time passing. */
async function passes(gate: Gate): Promise<boolean> {
  let hasPassed = false;
  void gate.enter().then(() => {
    hasPassed = true;
  });
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  return hasPassed;
}

describe('gate', () => {
  it('opens after five failures in a row, counted over all requests', async () => {
    const { gate } = aGate();

    for (let failure = 0; failure < 4; failure += 1) gate.failed();
    gate.succeeded();
    for (let failure = 0; failure < 4; failure += 1) gate.failed();
    expect(gate.isOpen).toBe(false);
    gate.failed();

    expect(gate.isOpen).toBe(true);
  });

  it('lets one probe pass, and the others after it has succeeded', async () => {
    const { gate } = aGate();
    for (let failure = 0; failure < 5; failure += 1) gate.failed();

    expect(await passes(gate)).toBe(true);
    const second = passes(gate);
    expect(await second).toBe(false);
    gate.succeeded();

    expect(await passes(gate)).toBe(true);
  });

  it('lets the next probe pass when one ended undecided', async () => {
    const { gate } = aGate();
    for (let failure = 0; failure < 5; failure += 1) gate.failed();
    await gate.enter();
    gate.left();

    expect(await passes(gate)).toBe(true);
  });

  it.each([
    { name: 'Retry-After', pauseMs: 20_000, untilMs: 20_000 },
    { name: 'the window', pauseMs: 2_000, untilMs: 9_500 },
    { name: 'the window', pauseMs: 0, untilMs: 9_500 },
  ])('waits for the longer of both, $name, when Retry-After is $pauseMs ms', async ({ pauseMs, untilMs }) => {
    const { gate, clock } = aGate();
    for (let failure = 0; failure < 20; failure += 1) {
      clock.ms += 2_000;
      gate.failed(failure === 19 ? pauseMs : undefined);
    }

    clock.ms += untilMs - 1;
    expect(await passes(gate)).toBe(false);
    clock.ms += 2;

    expect(await passes(gate)).toBe(true);
  });

  it('never pauses for less than the minimum, whatever the answers ask for', async () => {
    const { gate, clock } = aGate({ minDelay: 250, random: 0 });
    for (let failure = 0; failure < 5; failure += 1) gate.failed(0);

    clock.ms += 249;
    expect(await passes(gate)).toBe(false);
    clock.ms += 1;

    expect(await passes(gate)).toBe(true);
    expect([1, 2, 40].map((attempt) => gate.backoffMs(attempt))).toEqual([250, 250, 250]);
  });

  it('doubles the longest pause with each attempt, up to the maximum', () => {
    const { gate } = aGate({ minDelay: 250, maxDelay: 3_000 });

    expect([1, 2, 3, 4, 99].map((attempt) => gate.backoffMs(attempt))).toEqual([500, 1_000, 2_000, 3_000, 3_000]);
  });

  it('holds every request for the longest Retry-After', async () => {
    const { gate, clock } = aGate();
    gate.holdFor(2_000);
    gate.holdFor(1_000);

    clock.ms = 1_999;
    expect(await passes(gate)).toBe(false);
    clock.ms = 2_000;

    expect(await passes(gate)).toBe(true);
  });
});
