/** The suite must go red when a safeguard is missing: each test takes one away, outside the product, and looks for the loss. */
import { describe, expect, it } from 'vitest';
import type { Disk } from '../src/disk.ts';
import { type CrashPlan, runCrash } from './tools/crash-run.ts';

const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);

async function verdicts(plan: CrashPlan) {
  const all = [];
  for (const seed of SEEDS) all.push(await runCrash(seed, plan));
  return all;
}

const withoutSync = (disk: Disk): Disk => ({ ...disk, dataSync: async () => undefined, dataSyncNow: () => undefined });
const withoutFolderSync = (disk: Disk): Disk => ({ ...disk, syncFolderSync: () => undefined });

describe('negative controls', () => {
  it.each([
    ['files are not synced', withoutSync],
    ['folders are not synced', withoutFolderSync],
  ])('loses items in a power cut when %s', async (_, spoil) => {
    const all = await verdicts({ crash: 'power', durability: 'fsync', spoil });

    expect(all.flatMap(({ lost }) => lost).length).toBeGreaterThan(50);
  });

  it('loses items in a power cut when they were only written, as durability os says', async () => {
    const all = await verdicts({ crash: 'power', durability: 'os' });

    expect(all.flatMap(({ lost }) => lost).length).toBeGreaterThan(50);
  });

  it('stores items twice when the receiver does not leave out repeats of an id', async () => {
    const all = await verdicts({ crash: 'kill', durability: 'os' });

    expect(all.flatMap(({ changed }) => changed)).toEqual([]);
    expect(all.reduce((sum, { repeats }) => sum + repeats, 0)).toBeGreaterThan(50);
  });
});
