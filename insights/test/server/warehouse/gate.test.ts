import { describe, expect, it } from 'vitest';
import { createGate } from '../../../src/server/warehouse/gate.ts';

/** Tasks that end when the test says so. */
function setUp() {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const gate = createGate({ runningMax: 2, waitingMax: 2 });
  const run = (name: string) =>
    gate.run(
      () =>
        new Promise<string>((resolve, reject) => {
          started.push(name);
          ends.set(name, () => (name.startsWith('bad') ? reject(new TypeError(name)) : resolve(name)));
        }),
    );
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await new Promise(setImmediate);
  };
  return { started, run, end };
}

describe('a gate', () => {
  it('lets others wait in their order, and starts one when one has ended', async () => {
    const { started, run, end } = setUp();

    const results = ['a', 'b', 'c', 'd'].map(run);
    expect(started).toEqual(['a', 'b']);
    await end('b');
    expect(started).toEqual(['a', 'b', 'c']);
    for (const name of ['a', 'c', 'd']) await end(name);

    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('takes no more than may wait', async () => {
    const { run, end } = setUp();
    const taken = ['a', 'b', 'c', 'd'].map(run);

    const refused = run('e');
    await end('a');
    const later = run('f');

    expect(refused).toBeUndefined();
    expect([...taken, later].every((result) => result !== undefined)).toBe(true);
  });

  it('goes on after a task that failed', async () => {
    const { started, run, end } = setUp();
    const failing = run('bad');
    const outcome = failing?.catch((error: unknown) => String(error));
    const others = [run('b'), run('c')];

    await end('bad');

    expect(await outcome).toBe('TypeError: bad');
    expect(started).toEqual(['bad', 'b', 'c']);
    expect(others).toHaveLength(2);
  });
});
