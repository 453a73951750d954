/** The table of lost and repeated events under faults. Pure. */
import { markdown, show } from './perf-table.ts';

/** One case of the comparing bench. A case with a second process has two runs. */
export interface FaultResult {
  readonly peer: string;
  readonly case: string;
  readonly n?: number;
  readonly lost?: number;
  readonly dup?: number;
  /** The bench itself failed. */
  readonly err?: string;
  readonly runs?: readonly { readonly shutdownMs?: number; readonly rss?: number; readonly flush?: string }[];
}

interface FaultTarget {
  readonly what: string;
  readonly lostMax: number;
  /** A request in flight at a kill is sent again, under the same ids: received twice, stored once. */
  readonly mayRepeat?: true;
  /** Milliseconds that shutdown() of the first process may take. */
  readonly shutdownMsMax?: number;
}

/**
 * The bench captures 2,000 events a second for ten seconds. A refused connection ends at the same time, so shutdown()
 * takes as long as the drain. A kill may lose one group of 5 ms (10 events), and the events since the process last
 * reported its count.
 */
const FAULT_TARGETS: Readonly<Record<string, FaultTarget>> = {
  burst: { what: '20,000 in one loop, then shutdown()', lostMax: 0 },
  down10: { what: 'connection refused for 10 s', lostMax: 0, shutdownMsMax: 3_000 },
  s503: { what: 'the first 20 requests get 503', lostMax: 0, shutdownMsMax: 3_000 },
  s429: { what: 'the first 20 requests get 429, Retry-After 2; shutdown() 40 s later', lostMax: 0 },
  sigkill: { what: 'SIGKILL at half, then a second process', lostMax: 20, mayRepeat: true },
  shutdownDown: { what: 'shutdown() while the API is down, then a second process', lostMax: 0, shutdownMsMax: 10_100 },
};

export function isFaultMet(result: FaultResult): boolean {
  const target = FAULT_TARGETS[result.case];
  if (target === undefined || result.lost === undefined || result.dup === undefined) return false;
  const shutdownMs = result.runs?.[0]?.shutdownMs ?? 0;
  return (
    result.lost <= target.lostMax &&
    (result.dup === 0 || target.mayRepeat === true) &&
    shutdownMs <= (target.shutdownMsMax ?? Number.POSITIVE_INFINITY)
  );
}

export function faultTable(results: readonly FaultResult[]): string {
  const lines = results.map((result) => {
    const { lost, dup, runs = [] } = result;
    const counts = result.err === undefined ? [lost, dup].map((count) => show(count ?? Number.NaN)) : [result.err, '-'];
    const waits = runs.map(({ shutdownMs, flush }) => (shutdownMs === undefined ? flush : show(shutdownMs))).join(', ');
    const rss = show(Math.max(...runs.map((run) => run.rss ?? 0)));
    const verdict = isFaultMet(result) ? 'met' : 'NOT MET';
    return [result.peer, FAULT_TARGETS[result.case]?.what ?? result.case, ...counts, waits, rss, verdict].join(' | ');
  });
  const heads = ['SDK', 'fault', 'lost', 'came twice', 'shutdown() ms', 'peak RSS MB', "ours' target"];
  return ['', ...markdown(heads, lines)].join('\n');
}
