/** Measures our SDK alone: absolute numbers of this machine, which say little about another one. */
import { type Load, underLoad } from './load.ts';
import { type PerfResult, perfTable } from './perf-table.ts';

/** The same pace as in the bench of the other SDKs. */
const PER_TURN = 20;
const FLUSH_MS = 60_000;

export async function measureAlone({ n, runs }: { readonly n: number; readonly runs: number }): Promise<void> {
  const results: PerfResult[] = [];
  for (let run = 0; run < runs; run += 1) results.push(await underLoad(n, (load) => measureOnce(load, n)));
  console.log(perfTable(results));
}

async function measureOnce(load: Load, n: number): Promise<PerfResult> {
  const startedMs = performance.now();
  const { wallMs } = await load.capture({ n, perTurn: PER_TURN });
  const lap = await load.lap();
  const { cpuUs, peakRssMb } = await load.finish(FLUSH_MS);
  const seconds = (performance.now() - startedMs) / 1_000;
  const { unique, twice, bytes } = await load.counts();
  return {
    peer: 'ours',
    tuned: false,
    n,
    callsPerSec: Math.round(n / (wallMs / 1_000)),
    p50: lap.p50Us,
    p99: lap.p99Us,
    eldP99ms: lap.loopDelayP99Ms,
    cpuUsPerDelivered: cpuUs / unique,
    deliveredPerSec: Math.round(unique / seconds),
    peakRssMB: Math.round(peakRssMb),
    bytesPerEvent: Math.round(bytes / (unique + twice)),
    lost: n - unique,
    dup: twice,
  };
}
