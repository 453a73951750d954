import { describe, expect, it } from 'vitest';
import { beside, type Step, sequence } from '../../src/stack/steps.ts';

interface Seen {
  readonly seen: string[];
}

/** A step that records its start and its stop. */
const aStep = (name: string, fails: { start?: Error; stop?: Error } = {}): Step<Seen, object> => ({
  name,
  start: async ({ seen }) => {
    seen.push(`start ${name}`);
    if (fails.start !== undefined) throw fails.start;
    return {};
  },
  stop: async ({ seen }) => {
    seen.push(`stop ${name}`);
    if (fails.stop !== undefined) throw fails.stop;
  },
});

const gives = <Value extends object>(name: string, value: Value): Step<object, Value> => ({
  name,
  start: async () => value,
});

describe('start', () => {
  it('starts the steps in order and reports each one when it has started', async () => {
    const seen: string[] = [];

    await sequence<Seen>()
      .step(aStep('a'))
      .step(aStep('b'))
      .start({ seen }, { onStarted: (step) => seen.push(`started ${step}`) });

    expect(seen).toEqual(['start a', 'started a', 'start b', 'started b']);
  });

  it('gives a step the input and everything that earlier steps returned', async () => {
    const sum: Step<{ one: number; two: number }, { three: number }> = {
      name: 'sum',
      start: async ({ one, two }) => ({ three: one + two }),
    };

    const { have } = await sequence<{ one: number }>()
      .step(gives('two', { two: 2 }))
      .step(sum)
      .start({ one: 1 });

    expect(have).toEqual({ one: 1, two: 2, three: 3 });
  });

  it('stops what was started, in reverse order, when a step in the middle fails', async () => {
    const seen: string[] = [];
    const failure = new Error('no disk');
    const steps = sequence<Seen>()
      .step(aStep('a'))
      .step(aStep('b'))
      .step(aStep('c', { start: failure }))
      .step(aStep('d'));

    await expect(steps.start({ seen })).rejects.toBe(failure);

    expect(seen).toEqual(['start a', 'start b', 'start c', 'stop b', 'stop a']);
  });

  it('throws the failure of the start even when a stop fails too', async () => {
    const seen: string[] = [];
    const failure = new Error('no disk');
    const steps = sequence<Seen>()
      .step(aStep('a'))
      .step(aStep('b', { stop: new Error('stuck') }))
      .step(aStep('c', { start: failure }));

    await expect(steps.start({ seen })).rejects.toBe(failure);

    expect(seen.slice(-2)).toEqual(['stop b', 'stop a']);
  });

  it('starts no further step after an abort, and stops the started ones', async () => {
    const seen: string[] = [];
    const abort = new AbortController();
    const reason = new Error('enough');
    const aborting: Step<Seen, object> = {
      ...aStep('b'),
      start: async () => {
        abort.abort(reason);
        return {};
      },
    };
    const steps = sequence<Seen>().step(aStep('a')).step(aborting).step(aStep('c'));

    await expect(steps.start({ seen }, { signal: abort.signal })).rejects.toBe(reason);

    expect(seen).toEqual(['start a', 'stop b', 'stop a']);
  });

  it('can be repeated: each start has steps of its own to stop', async () => {
    const steps = sequence<Seen>().step(aStep('a'));
    const first: string[] = [];
    const second: string[] = [];

    const { stop } = await steps.start({ seen: first });
    await steps.start({ seen: second });
    await stop();

    expect(first).toEqual(['start a', 'stop a']);
    expect(second).toEqual(['start a']);
  });
});

describe('stop', () => {
  it('stops in reverse order, once', async () => {
    const seen: string[] = [];
    const { stop } = await sequence<Seen>().step(aStep('a')).step(aStep('b')).start({ seen });

    await Promise.all([stop(), stop()]);

    expect(seen.slice(2)).toEqual(['stop b', 'stop a']);
  });

  it('goes on after a step that cannot stop, and throws its failure at the end', async () => {
    const seen: string[] = [];
    const failure = new Error('stuck');
    const { stop } = await sequence<Seen>()
      .step(aStep('a'))
      .step(aStep('b', { stop: failure }))
      .start({ seen });

    await expect(stop()).rejects.toBe(failure);

    expect(seen.slice(2)).toEqual(['stop b', 'stop a']);
  });
});

describe('beside', () => {
  it('starts both before either has finished, and returns what both gave', async () => {
    const seen: string[] = [];
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const waits: Step<Seen, { a: number }> = {
      name: 'waits',
      start: async () => {
        await opened;
        return { a: 1 };
      },
    };
    const opens: Step<Seen, { b: number }> = {
      name: 'opens',
      start: async () => {
        open();
        return { b: 2 };
      },
    };

    const { have } = await sequence<Seen>().step(beside(waits, opens)).start({ seen });

    expect(have).toMatchObject({ a: 1, b: 2 });
  });

  it.each([
    ['first', beside(aStep('a', { start: new Error('broken') }), aStep('b')), 'stop b'],
    ['second', beside(aStep('a'), aStep('b', { start: new Error('broken') })), 'stop a'],
  ])('stops the other one when the %s fails', async (_, both, stopped) => {
    const seen: string[] = [];

    await expect(sequence<Seen>().step(both).start({ seen })).rejects.toThrow('broken');

    expect(seen).toEqual(['start a', 'start b', stopped]);
  });
});
