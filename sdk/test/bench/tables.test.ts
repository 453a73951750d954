import { describe, expect, it } from 'vitest';
import { type FaultResult, isFaultMet } from '../../bench/fault-table.ts';
import { type PerfResult, perfRows, perfTable } from '../../bench/perf-table.ts';
import { judge, TARGETS, type Target } from '../../bench/targets.ts';

const aResult = (changes: Partial<PerfResult>): PerfResult => ({
  peer: 'posthog',
  tuned: false,
  n: 1_000,
  callsPerSec: 1_000,
  p50: 2,
  p99: 8,
  eldP99ms: 4,
  cpuUsPerDelivered: 30,
  deliveredPerSec: 1_000,
  peakRssMB: 100,
  bytesPerEvent: 40,
  lost: 0,
  dup: 0,
  ...changes,
});
const aFault = (changes: Partial<FaultResult>): FaultResult => ({
  peer: 'ours',
  case: 'down10',
  lost: 0,
  dup: 0,
  runs: [{ shutdownMs: 100 }],
  ...changes,
});
const CPU: Target = { what: 'CPU', measure: 'cpuUsPerDelivered', better: 'less', beside: 'posthog', factor: 0.3 };

describe('the table of the peers', () => {
  it('has one row a peer with medians of all runs, ours last', () => {
    const results = [1, 9, 5].flatMap((p99) => [
      aResult({ peer: 'ours', p99 }),
      aResult({ peer: 'posthog', p99: 2 * p99 }),
    ]);

    const rows = perfRows(results);

    expect(rows.map(({ name, median }) => [name, median('p99')])).toEqual([
      ['posthog', 10],
      ['ours', 5],
    ]);
  });

  it('separates a hand-batched peer from the same peer alone', () => {
    const results = [aResult({ peer: 'mixpanel' }), aResult({ peer: 'mixpanel', tuned: true })];

    expect(perfRows(results).map(({ name }) => name)).toEqual(['mixpanel', 'mixpanel, hand-batched']);
  });

  it('shows a number that no run has as missing, not as zero', () => {
    expect(perfTable([aResult({ p50: null })])).toContain('| posthog | - | 8 |');
  });
});

describe('a target', () => {
  const rowsOf = (ours: number, theirs: number) =>
    perfRows([aResult({ peer: 'ours', cpuUsPerDelivered: ours }), aResult({ cpuUsPerDelivered: theirs })]);

  it('is a ratio to a peer in the same run', () => {
    expect(judge(CPU, rowsOf(9, 30))).toEqual({ verdict: 'met', seen: '0.30x (9 : 30)' });
    expect(judge(CPU, rowsOf(10, 30))).toEqual({ verdict: 'NOT MET', seen: '0.33x (10 : 30)' });
  });

  it('of more is missed by less', () => {
    const more: Target = { ...CPU, better: 'more', factor: 3 };

    expect(judge(more, rowsOf(90, 30)).verdict).toBe('met');
    expect(judge(more, rowsOf(89, 30)).verdict).toBe('NOT MET');
  });

  it('is not met by a missing number', () => {
    const rows = perfRows([aResult({ peer: 'ours' })]);

    expect(judge(CPU, rows).verdict).toBe('not measured');
    expect(TARGETS.filter((target) => target.beside === undefined && judge(target, []).verdict === 'met')).toEqual([]);
  });
});

describe('a fault', () => {
  it('is met only when nothing is lost, nothing is received twice and the drain is short', () => {
    expect(isFaultMet(aFault({}))).toBe(true);
    expect(isFaultMet(aFault({ lost: 1 }))).toBe(false);
    expect(isFaultMet(aFault({ dup: 1 }))).toBe(false);
    expect(isFaultMet(aFault({ runs: [{ shutdownMs: 3_001 }] }))).toBe(false);
  });

  it('that kills the process may repeat items, and lose one group', () => {
    expect(isFaultMet(aFault({ case: 'sigkill', dup: 1_000, lost: 20, runs: [{}] }))).toBe(true);
    expect(isFaultMet(aFault({ case: 'sigkill', lost: 21, runs: [{}] }))).toBe(false);
  });

  it('that could not be run is not met', () => {
    expect(isFaultMet({ peer: 'ours', case: 'down10', err: 'no sink' })).toBe(false);
  });
});
