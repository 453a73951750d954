import { describe, expect, it } from 'vitest';
import { Clock } from '../src/clock.ts';

const aClock = () => new Clock({ wall: () => 1_000 });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('advance', () => {
  it('runs what becomes due in order, each at its own time, to its end', async () => {
    const clock = aClock();
    const seen: string[] = [];
    const note = (name: string) => async () => {
      await turn();
      seen.push(`${name} at ${clock.now()}`);
    };
    clock.after(300, note('third'));
    clock.after(100, note('first'));
    clock.after(200, note('second'));
    clock.after(301, note('never'));

    await clock.advance(300);

    expect(seen).toEqual(['first at 1100', 'second at 1200', 'third at 1300']);
    expect(clock.now()).toBe(1_300);
    await clock.stop();
  });

  it('runs what a task sets for a time that also passes', async () => {
    const clock = aClock();
    const seen: number[] = [];
    const tick = async (): Promise<void> => {
      seen.push(clock.now());
      clock.after(100, tick);
    };
    clock.after(100, tick);

    await clock.advance(350);

    expect(seen).toEqual([1_100, 1_200, 1_300]);
    await clock.stop();
  });

  it('adds up when it is called twice at once', async () => {
    const clock = aClock();

    await Promise.all([clock.advance(100), clock.advance(50)]);

    expect(clock.now()).toBe(1_150);
  });

  it('does not run what was cancelled', async () => {
    const clock = aClock();
    const seen: string[] = [];
    const timer = clock.after(10, async () => void seen.push('ran'));

    timer.cancel();
    await clock.advance(100);

    expect(seen).toEqual([]);
  });
});

it('runs a task when its time comes by itself', async () => {
  const clock = new Clock();

  await new Promise<void>((resolve) => clock.after(1, async () => resolve()));
  await clock.stop();
});
