import { describe, expect, it } from 'vitest';
import { report, Tally } from '../../../tools/reporters/fault-table.ts';
import { type CrashPlan, runCrash } from '../tools/crash-run.ts';
import { LONG_MS, seeds } from '../tools/scale.ts';

/** The seeds that break a promise, and what they break; a seed is run alone with DATALOAF_TEST_SEED. */
async function brokenSeeds(all: readonly number[], plan: CrashPlan, tally = new Tally()) {
  const broken: object[] = [];
  for (const seed of all) {
    const { crashes, diskFaults, badAnswers, captured, repeats, ...end } = await runCrash(seed, plan);
    const { lost, changed, leftovers, wrongMarks } = end;
    tally.fault(plan.crash === 'power' ? 'power cut' : 'simulated kill', crashes);
    tally.fault('disk call failed or cut short', diskFaults);
    tally.fault('bad answer', badAnswers);
    tally.add({ faults: {}, sent: captured, lost: lost.length, doubled: changed.length, repeats });
    const isKept = lost.length === 0 && changed.length === 0 && leftovers.length === 0;
    if (!isKept || wrongMarks !== undefined) broken.push({ seed, lost, changed, leftovers, wrongMarks });
  }
  return broken;
}

describe('crash', () => {
  it.for([
    ['power', 'fsync', { short: 100, ci: 2_000, long: 100_000 }],
    ['kill', 'os', { short: 20, ci: 400, long: 20_000 }],
    ['kill', 'fsync', { short: 20, ci: 200, long: 10_000 }],
  ] as const)(
    'loses nothing that was reported as on disk, changes nothing, keeps the marks in order: crash by %s, durability %s',
    { timeout: LONG_MS },
    async ([crash, durability, count], context) => {
      const tally = new Tally();

      const broken = await brokenSeeds(seeds(count), { crash, durability }, tally);

      report(context, tally.counts());
      expect(broken.slice(0, 3)).toEqual([]);
    },
  );

  it('goes the same way each time for one seed', async () => {
    const plan = { crash: 'power', durability: 'fsync' } as const;
    for (const seed of [1, 2, 3, 4, 5]) {
      const { lost, changed, ...counts } = await runCrash(seed, plan);

      expect(await runCrash(seed, plan)).toMatchObject(counts);
    }
  });
});
