import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { report, Tally } from '../../../tools/reporters/fault-table.ts';
import { nodeDisk } from '../../src/disk.ts';
import type { DiskCall, Fault } from '../tools/disk-fault.ts';
import { type DiskFaultResult, runDiskFault, WELL } from '../tools/disk-fault-run.ts';
import { LONG_MS, sized } from '../tools/scale.ts';

type DiskFault = Exclude<Fault, { kind: 'kill' }>;

const FAULTS: readonly DiskFault[] = [
  { kind: 'error', code: 'ENOSPC' },
  { kind: 'error', code: 'EIO' },
  { kind: 'error', code: 'EMFILE' },
  { kind: 'short' },
];
const SHORTENED: ReadonlySet<string> = new Set(['write', 'writeSync', 'append', 'replace', 'replaceSync']);

/** What a run breaks; undefined when it keeps all promises. */
function broken({ lost, changed, leftovers, after, syncsAfterFailure }: DiskFaultResult): object | undefined {
  const promises = { lost, changed, leftovers, after, syncsAfterFailure };
  const kept = { lost: [], changed: [], leftovers: [], after: WELL, syncsAfterFailure: 0 };
  return isDeepStrictEqual(promises, kept) ? undefined : promises;
}

/** Fails the call of this number and those that come in the next milliseconds of virtual time; 1 is the call alone. */
function failing(fault: DiskFault, span: { from: number; forMs: number }, tally: Tally) {
  let sinceMs = Number.POSITIVE_INFINITY;
  return ({ index }: DiskCall): Fault | undefined => {
    if (index === span.from) sinceMs = Date.now();
    const isFailing =
      index === span.from || (span.forMs > 1 && Date.now() - sinceMs < span.forMs && Date.now() >= sinceMs);
    if (!isFailing) return undefined;
    tally.fault(fault.kind === 'short' ? 'short write' : fault.code);
    return fault;
  };
}

describe('a disk that fails', () => {
  it('hits every kind of disk call in the story of these tests', async () => {
    const result = await runDiskFault(() => undefined);

    expect(broken(result)).toBeUndefined();
    expect(result.degradations).toEqual([]);
    expect([...new Set(result.methods)].sort()).toEqual(Object.keys(nodeDisk).sort());
  });

  it('stays on disk when the file of a group that failed cannot be removed at once', async () => {
    const failed = new Set<string>();
    const result = await runDiskFault(({ method }) => {
      if ((method !== 'write' && method !== 'removeSync') || failed.has(method)) return undefined;
      failed.add(method);
      return { kind: 'error', code: 'EIO' };
    });

    expect([...failed]).toEqual(['write', 'removeSync']);
    expect(result.degradations).toEqual([]);
    expect(broken(result)).toBeUndefined();
  });

  it.for([
    ['once', 1, { short: 10, ci: 1, long: 1 }],
    ['and all for 50 ms', 50, { short: 30, ci: 3, long: 1 }],
    ['and all for 12 s', 12_000, { short: 40, ci: 4, long: 1 }],
  ] as const)(
    'loses nothing that was reported as on disk, whichever call fails %s',
    { timeout: LONG_MS },
    async ([, forMs, step], context) => {
      const { methods } = await runDiskFault(() => undefined);
      const tally = new Tally();
      const failures: object[] = [];

      for (let from = 1; from <= methods.length; from += sized(step)) {
        for (const fault of FAULTS) {
          if (fault.kind === 'short' && !SHORTENED.has(methods[from - 1] ?? '')) continue;
          const result = await runDiskFault(failing(fault, { from, forMs }, tally));
          const { captured, lost, changed, repeats } = result;
          tally.add({ faults: {}, sent: captured, lost: lost.length, doubled: changed.length, repeats });
          const breaks = broken(result);
          if (breaks !== undefined) failures.push({ ...fault, from, method: methods[from - 1], ...breaks });
        }
      }

      report(context, tally.counts());
      expect(failures.slice(0, 3)).toEqual([]);
    },
  );
});
