/**
 * `npm run bench:sdk`: compares the SDK with six others in one run on this machine, and measures what it loses under
 * faults. All traffic stays on loopback. Tables go to standard output, progress to standard error.
 */
import { parseArgs } from 'node:util';
import { measureAlone } from './alone.ts';
import { faultTable } from './fault-table.ts';
import { describeMachine } from './machine.ts';
import { measureOutage } from './outage.ts';
import { buildSdk, findPeers, type PeersBench, preparePeers } from './peers.ts';
import { perfTable } from './perf-table.ts';
import { measureRecovery } from './recovery.ts';
import { BenchError } from './run-to-end.ts';
import { measureSlowSink } from './slow-sink.ts';
import { targetTable } from './targets.ts';

const USAGE = `npm run bench:sdk -- [options]

  --runs 3 --peers posthog,amplitude   number of runs, SDKs to compare with (default: all six)
  --n 200000 --cap 10 --flush 20       events, seconds to capture them, seconds for shutdown()
  --cases burst,down10 --jobs 2        faults to run (default: all; none: no faults), faults at a time
  --fault-peers ours,posthog           SDKs to run under faults (default: ours)

One measurement instead of the comparison:
  --outage [--seconds 600 --rate 2000] the API is down for ten minutes
  --slow-sink [--n 200000]             memory of a burst into a slow API
  --recovery                           time to deliver the backlog once the API works again
`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    peers: { type: 'string', default: 'posthog,segment,rudderstack,amplitude,mixpanel,snowplow' },
    n: { type: 'string', default: '200000' },
    cap: { type: 'string', default: '10' },
    flush: { type: 'string', default: '20' },
    cases: { type: 'string', default: 'burst,down10,s503,s429,sigkill,shutdownDown' },
    jobs: { type: 'string', default: '2' },
    'fault-peers': { type: 'string', default: 'ours' },
    outage: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '600' },
    rate: { type: 'string', default: '2000' },
    'slow-sink': { type: 'boolean', default: false },
    recovery: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

function numberOf(name: 'runs' | 'n' | 'seconds' | 'rate'): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new BenchError('bench_option_wrong', `Expected --${name} to be a whole number above 0, got "${values[name]}".`);
}

async function comparePeers(bench: PeersBench): Promise<void> {
  const { peers, n, cap, flush, cases, jobs } = values;
  const results = await bench.perf({
    runs: numberOf('runs'),
    peers,
    passed: ['--n', n, '--cap', cap, '--flush', flush],
  });
  console.log(perfTable(results));
  console.log(targetTable(results));
  if (cases === 'none') return;
  const faults = await bench.faults({ peers: values['fault-peers'], cases: cases.split(','), jobs });
  console.log(faultTable(faults));
  await measureRecovery();
}

async function measurePerf(): Promise<void> {
  const folder = findPeers();
  if (folder === undefined) await measureAlone({ n: numberOf('n'), runs: numberOf('runs') });
  else await comparePeers(await preparePeers(folder));
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
await buildSdk();
console.log(`${describeMachine()}\n`);
if (values.outage) await measureOutage({ seconds: numberOf('seconds'), rate: numberOf('rate') });
else if (values.recovery) await measureRecovery();
else if (values['slow-sink']) await measureSlowSink(numberOf('n'));
else await measurePerf();
