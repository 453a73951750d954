/** The results of several runs, one row per SDK. Medians, because a shared machine has bad moments. Pure. */

/** One SDK in one run of the comparing bench. Null where nothing was delivered. */
export interface PerfResult {
  readonly peer: string;
  readonly tuned: boolean;
  readonly n: number;
  readonly callsPerSec: number | null;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly eldP99ms: number | null;
  readonly cpuUsPerDelivered: number | null;
  readonly deliveredPerSec: number | null;
  readonly peakRssMB: number | null;
  readonly bytesPerEvent: number | null;
  readonly lost: number | null;
  readonly dup: number | null;
}

export type Measure = Exclude<keyof PerfResult, 'peer' | 'tuned'>;

export interface PerfRow {
  readonly name: string;
  /** NaN when no run has the number. */
  readonly median: (measure: Measure) => number;
}

const COLUMNS: readonly (readonly [string, Measure])[] = [
  ['call p50 us', 'p50'],
  ['call p99 us', 'p99'],
  ['calls/s', 'callsPerSec'],
  ['delivered/s', 'deliveredPerSec'],
  ['CPU us per delivered', 'cpuUsPerDelivered'],
  ['loop delay p99 ms', 'eldP99ms'],
  ['peak RSS MB', 'peakRssMB'],
  ['wire B per event', 'bytesPerEvent'],
  ['captured', 'n'],
  ['lost', 'lost'],
  ['came twice', 'dup'],
];

/** Ours last. */
export function perfRows(results: readonly PerfResult[]): readonly PerfRow[] {
  const names = [...new Set(results.map(nameOf))];
  const ordered = [...names.filter((name) => name !== 'ours'), ...names.filter((name) => name === 'ours')];
  return ordered.map((name) => {
    const own = results.filter((result) => nameOf(result) === name);
    return { name, median: (measure) => median(own.map((result) => result[measure])) };
  });
}

export function perfTable(results: readonly PerfResult[]): string {
  const rows = perfRows(results);
  const runs = Math.max(...rows.map(({ name }) => results.filter((result) => nameOf(result) === name).length));
  const lines = rows.map(({ name, median: of }) =>
    [name, ...COLUMNS.map(([, measure]) => show(of(measure)))].join(' | '),
  );
  const heads = ['SDK', ...COLUMNS.map(([head]) => head)];
  const title = `Medians of ${runs} ${runs === 1 ? 'run' : 'runs'}, all in turn.\n`;
  return [title, ...markdown(heads, lines)].join('\n');
}

export function markdown(heads: readonly string[], lines: readonly string[]): readonly string[] {
  return [`| ${heads.join(' | ')} |`, `|${'---|'.repeat(heads.length)}`, ...lines.map((line) => `| ${line} |`)];
}

export function show(value: number): string {
  if (Number.isNaN(value)) return '-';
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(value < 10 ? 1 : 0);
}

function nameOf({ peer, tuned }: PerfResult): string {
  return tuned ? `${peer}, hand-batched` : peer;
}

/** The upper median. NaN for an empty list, because a missing number meets no target. */
function median(values: readonly (number | null | undefined)[]): number {
  const known = values.filter((value): value is number => typeof value === 'number' && !Number.isNaN(value));
  known.sort((left, right) => left - right);
  return known[known.length >> 1] ?? Number.NaN;
}
