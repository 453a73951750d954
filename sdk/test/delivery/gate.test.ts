import { describe, expect, it } from 'vitest';
import { Gate } from '../../src/delivery/gate.ts';

function aGate(): { gate: Gate; clock: { ms: number } } {
  const clock = { ms: 0 };
  const { signal } = new AbortController();
  const gate = new Gate({ minDelay: 0, maxDelay: 60_000 }, { now: () => clock.ms, random: () => 1, signal });
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

  it('sends the probe when the Retry-After is over, however long the outage', async () => {
    const { gate, clock } = aGate();
    for (let failure = 0; failure < 20; failure += 1) {
      clock.ms += 2_000;
      gate.failed(2_000);
    }

    expect(await passes(gate)).toBe(false);
    clock.ms += 2_001;

    expect(await passes(gate)).toBe(true);
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
