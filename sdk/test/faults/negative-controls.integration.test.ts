/**
 * The fault tests must fail without a safeguard. Each test here removes one, outside the product, and expects the loss.
 */
import { describe, expect, it } from 'vitest';
import type { Disk } from '../../src/disk.ts';
import { type CrashPlan, runCrash } from '../tools/crash-run.ts';
import { runDamage } from '../tools/damage-run.ts';
import { mended } from '../tools/journal-bytes.ts';
import { runNeighbours } from '../tools/neighbours-run.ts';

const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);

async function verdicts(plan: CrashPlan) {
  const all = [];
  for (const seed of SEEDS) all.push(await runCrash(seed, plan));
  return all;
}

const withoutSync = (disk: Disk): Disk => ({ ...disk, dataSync: async () => undefined, dataSyncNow: () => undefined });
const withoutFolderSync = (disk: Disk): Disk => ({ ...disk, syncFolderSync: () => undefined });

/** As if the lock were always found where it was left. */
const withoutOwnership = (disk: Disk): Disk => ({
  ...disk,
  existsSync: () => true,
  async facts(path) {
    const there = { bytes: 1, modifiedMs: Date.now(), changedMs: Date.now(), isFile: true, othersMayWrite: false };
    return (await disk.facts(path)) ?? there;
  },
});
const withoutChecksum = (disk: Disk): Disk => ({
  ...disk,
  async readInto(path, target, position) {
    const filled = await disk.readInto(path, target, position);
    mended(target.subarray(0, filled)).copy(target);
    return filled;
  },
});

/** The item's number changes: the record reads well, and says something else. */
function spoilNumber(bytes: Buffer): Buffer {
  const at = bytes.indexOf('"number":5') + 9;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}

describe('negative controls', () => {
  it.each([
    ['files are not synced', withoutSync],
    ['folders are not synced', withoutFolderSync],
  ])('loses items in a power cut when %s', async (_, spoil) => {
    const all = await verdicts({ crash: 'power', durability: 'fsync', spoil });

    expect(all.flatMap(({ lost }) => lost).length).toBeGreaterThan(50);
  });

  it('loses items in a power cut with durability os, which only writes them', async () => {
    const all = await verdicts({ crash: 'power', durability: 'os' });

    expect(all.flatMap(({ lost }) => lost).length).toBeGreaterThan(50);
  });

  it('loses items when an owner does not check that its folder is still its own', async () => {
    const all = [];
    for (const seed of SEEDS) all.push(await runNeighbours(seed, withoutOwnership));

    expect(all.flatMap(({ lost }) => lost)).not.toEqual([]);
  });

  it('stores items twice when the receiver does not deduplicate ids', async () => {
    const all = await verdicts({ crash: 'kill', durability: 'os' });

    expect(all.flatMap(({ changed }) => changed)).toEqual([]);
    expect(all.reduce((sum, { repeats }) => sum + repeats, 0)).toBeGreaterThan(50);
  });

  it('delivers items that nobody captured when checksums are not checked', async () => {
    const checked = await runDamage({ items: 9, damage: spoilNumber });
    const unchecked = await runDamage({ items: 9, damage: spoilNumber, spoil: withoutChecksum });

    expect(checked).toMatchObject({ missing: [5], changed: [], reported: 1 });
    expect(unchecked.missing).toEqual([]);
    expect(unchecked.changed).not.toEqual([]);
  });
});
