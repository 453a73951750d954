/** The targets, as ratios to other SDKs of the same run: ratios hold on any machine, absolute numbers do not. Pure. */
import { type Measure, markdown, type PerfResult, type PerfRow, perfRows, show } from './perf-table.ts';

export interface Target {
  readonly what: string;
  readonly measure: Measure;
  readonly better: 'less' | 'more';
  /** The SDK to compare with. Without it, `factor` is the limit itself. */
  readonly beside?: string;
  readonly factor: number;
  readonly isStretch?: boolean;
}

/**
 * Hand-batched Mixpanel neither stores nor compresses. Of the others that deliver everything, PostHog is the fastest.
 */
export const TARGETS: readonly Target[] = [
  { what: 'call p99', measure: 'p99', better: 'less', beside: 'posthog', factor: 1 },
  { what: 'call p99', measure: 'p99', better: 'less', beside: 'amplitude', factor: 1, isStretch: true },
  { what: 'call p50', measure: 'p50', better: 'less', beside: 'posthog', factor: 1.5 },
  { what: 'call p50', measure: 'p50', better: 'less', beside: 'posthog', factor: 1, isStretch: true },
  { what: 'delivered/s', measure: 'deliveredPerSec', better: 'more', beside: 'posthog', factor: 3 },
  {
    what: 'delivered/s',
    measure: 'deliveredPerSec',
    better: 'more',
    beside: 'mixpanel, hand-batched',
    factor: 1,
    isStretch: true,
  },
  { what: 'CPU per delivered', measure: 'cpuUsPerDelivered', better: 'less', beside: 'posthog', factor: 0.3 },
  {
    what: 'CPU per delivered',
    measure: 'cpuUsPerDelivered',
    better: 'less',
    beside: 'mixpanel, hand-batched',
    factor: 1,
    isStretch: true,
  },
  { what: 'loop delay p99 ms', measure: 'eldP99ms', better: 'less', factor: 5 },
  { what: 'wire bytes per event', measure: 'bytesPerEvent', better: 'less', beside: 'posthog', factor: 1 },
  { what: 'lost', measure: 'lost', better: 'less', factor: 0 },
  { what: 'came twice', measure: 'dup', better: 'less', factor: 0 },
];

export type Verdict = 'met' | 'NOT MET' | 'not measured';

export function judge(target: Target, rows: readonly PerfRow[]): { readonly verdict: Verdict; readonly seen: string } {
  const of = (name: string): number => rows.find((row) => row.name === name)?.median(target.measure) ?? Number.NaN;
  const ours = of('ours');
  const theirs = target.beside === undefined ? 1 : of(target.beside);
  if (Number.isNaN(ours) || Number.isNaN(theirs)) return { verdict: 'not measured', seen: '-' };
  const limit = theirs * target.factor;
  const isMet = target.better === 'less' ? ours <= limit : ours >= limit;
  const seen =
    target.beside === undefined ? show(ours) : `${(ours / theirs).toFixed(2)}x (${show(ours)} : ${show(theirs)})`;
  return { verdict: isMet ? 'met' : 'NOT MET', seen };
}

export function targetTable(results: readonly PerfResult[]): string {
  const rows = perfRows(results);
  const lines = TARGETS.map((target) => {
    const sign = target.better === 'less' ? '<=' : '>=';
    const limit = target.beside === undefined ? `${target.factor}` : `${target.factor}x ${target.beside}`;
    const { verdict, seen } = judge(target, rows);
    return [target.what, `${sign} ${limit}${target.isStretch ? ' (stretch)' : ''}`, seen, verdict].join(' | ');
  });
  return ['', ...markdown(['ours', 'target', 'measured', 'verdict'], lines)].join('\n');
}
