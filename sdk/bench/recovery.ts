/** How long the backlog takes to arrive, from the moment when the API works again and the last event is captured. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Load, underLoad } from './load.ts';
import { markdown, show } from './perf-table.ts';

const RATE = 2_000;
const SECONDS = 10;
const EVENTS = RATE * SECONDS;
const DRAIN_MS = 120_000;
const DRAIN_MS_MAX = 3_000;
const REFUSALS = 20;

interface Fault {
  readonly what: string;
  readonly begin: (load: Load) => Promise<unknown>;
  /**
   * Resolves with the time when the API works again, in milliseconds since 1970; with 0 when that depends on requests.
   */
  readonly end: (load: Load) => Promise<number>;
}

const FAULTS: readonly Fault[] = [
  {
    what: `connection refused for ${SECONDS} s`,
    begin: ({ sink }) => sink.call('down'),
    end: async ({ sink }) => {
      await pause(SECONDS * 1_000);
      await sink.call('up');
      return Date.now();
    },
  },
  {
    what: `the first ${REFUSALS} requests get 503`,
    begin: ({ sink }) => sink.call('refuse', { times: REFUSALS, status: 503, headers: {} }),
    end: async () => 0,
  },
  {
    what: `the first ${REFUSALS} requests get 429, Retry-After 2`,
    begin: ({ sink }) => sink.call('refuse', { times: REFUSALS, status: 429, headers: { 'retry-after': '2' } }),
    end: async () => 0,
  },
];

export async function measureRecovery(): Promise<void> {
  // In parallel: at this rate three runs leave the machine idle, and one takes 40 s.
  const lines = await Promise.all(
    FAULTS.map(async (fault) => {
      const { drainMs, lost, twice } = await underLoad(EVENTS, (load) => recover(load, fault));
      const verdict = drainMs <= DRAIN_MS_MAX && lost === 0 && twice === 0 ? 'met' : 'NOT MET';
      return [fault.what, show(drainMs), show(lost), show(twice), verdict].join(' | ');
    }),
  );
  console.log(`\n${show(EVENTS)} events at ${show(RATE)} a second, ours alone.\n`);
  const heads = ['fault', `drained after recovery, ms (<= ${show(DRAIN_MS_MAX)})`, 'lost', 'came twice', 'verdict'];
  console.log(markdown(heads, lines).join('\n'));
}

async function recover(load: Load, { begin, end }: Fault): Promise<{ drainMs: number; lost: number; twice: number }> {
  await begin(load);
  const captured = load.capture({ n: EVENTS, rate: RATE });
  const wellMs = await end(load);
  await captured;
  const capturedMs = Date.now();
  await load.finish(DRAIN_MS);
  const { unique, twice, lastNewMs, lastRefusedMs } = await load.counts();
  const drainMs = Math.max(0, lastNewMs - Math.max(capturedMs, wellMs, lastRefusedMs));
  return { drainMs, lost: EVENTS - unique, twice };
}
