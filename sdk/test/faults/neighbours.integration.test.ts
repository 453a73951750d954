import { describe, expect, it } from 'vitest';
import { report, Tally } from '../../../tools/reporters/fault-table.ts';
import { runNeighbours } from '../tools/neighbours-run.ts';
import { LONG_MS, seeds } from '../tools/scale.ts';

describe('processes that share a folder', () => {
  it('lose nothing and change nothing, whatever their clocks, heartbeats and ends are', {
    timeout: LONG_MS,
  }, async (context) => {
    const tally = new Tally();
    const broken: object[] = [];

    for (const seed of seeds({ short: 30, ci: 300, long: 10_000 })) {
      const result = await runNeighbours(seed);
      const { kills, clockJumps, captured, lost, changed, repeats, leftovers } = result;
      tally.fault('simulated kill', kills);
      tally.fault('clock jump', clockJumps);
      tally.add({ faults: {}, sent: captured, lost: lost.length, doubled: changed.length, repeats });
      if (lost.length > 0 || changed.length > 0 || leftovers.length > 0)
        broken.push({ seed, lost, changed, leftovers });
    }

    report(context, tally.counts());
    expect(broken.slice(0, 3)).toEqual([]);
  });
});
