/**
 * An outage of the API for minutes while the application captures: no event may be lost, memory may not grow, and
 * captures may not slow down. The run is bounded: warm-up, before, outage, after, and at most five minutes of draining.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Lap, type Load, underLoad } from './load.ts';
import { markdown, show } from './perf-table.ts';

const WARM_UP_S = 10;
const BEFORE_S = 20;
const AFTER_S = 5;
const DRAIN_MS = 300_000;
const LAPS = 10;
/** Limits for "memory does not grow" and "captures do not slow down": both vary by a tenth on an idle machine. */
const RSS_GROWTH_MAX = 1.1;
const P99_GROWTH_MAX = 1.25;

interface Outage {
  readonly before: Lap;
  readonly during: readonly Lap[];
  readonly drainMs: number;
  readonly lost: number;
  readonly twice: number;
  readonly peakRssMb: number;
}

export async function measureOutage(pace: { readonly seconds: number; readonly rate: number }): Promise<void> {
  const n = pace.rate * (WARM_UP_S + BEFORE_S + pace.seconds + AFTER_S);
  const outage = await underLoad(n, (load) => passThrough(load, { ...pace, n }));
  console.log(`${show(n)} events at ${show(pace.rate)} a second; the API refuses connections for ${pace.seconds} s.\n`);
  console.log(lapTable(outage, pace.seconds));
  console.log(verdictTable(outage));
}

async function passThrough(load: Load, pace: { seconds: number; rate: number; n: number }): Promise<Outage> {
  const captured = load.capture({ n: pace.n, rate: pace.rate });
  await pause(WARM_UP_S * 1_000);
  await load.lap();
  await pause(BEFORE_S * 1_000);
  const before = await load.lap();
  await load.sink.call('down');
  const during: Lap[] = [];
  for (let lap = 1; lap <= LAPS; lap += 1) {
    await pause((pace.seconds * 1_000) / LAPS);
    during.push(await load.lap());
    console.error(
      `> down for ${Math.round((pace.seconds * lap) / LAPS)} s: ${Math.round(during.at(-1)?.rssMb ?? 0)} MB`,
    );
  }
  await load.sink.call('up');
  const backMs = performance.now();
  await captured;
  const { peakRssMb } = await load.finish(DRAIN_MS);
  const drainMs = performance.now() - backMs;
  const { unique, twice } = await load.counts();
  return { before, during, drainMs, lost: pace.n - unique, twice, peakRssMb };
}

function lapTable({ before, during }: Outage, seconds: number): string {
  const row = (name: string, { captured, rssMb, p50Us, p99Us, maxUs, loopDelayP99Ms }: Lap): string =>
    [name, show(captured), show(Math.round(rssMb)), ...[p50Us, p99Us, maxUs, loopDelayP99Ms].map(show)].join(' | ');
  const laps = during.map((lap, index) => row(`${Math.round((seconds * (index + 1)) / LAPS)} s down`, lap));
  const heads = ['when', 'captured', 'RSS MB', 'call p50 us', 'call p99 us', 'call max us', 'loop delay p99 ms'];
  return markdown(heads, [row('before', before), ...laps]).join('\n');
}

function verdictTable({ before, during, drainMs, lost, twice, peakRssMb }: Outage): string {
  const sorted = during.map((lap) => lap.p99Us).sort((left, right) => left - right);
  const p99Growth = (sorted[sorted.length >> 1] ?? Number.NaN) / before.p99Us;
  const rssGrowth = (during.at(-1)?.rssMb ?? Number.NaN) / (during[0]?.rssMb ?? Number.NaN);
  const judge = (isMet: boolean): string => (isMet ? 'met' : 'NOT MET');
  const lines = [
    ['lost', '0', show(lost), judge(lost === 0)],
    ['came twice', '0', show(twice), judge(twice === 0)],
    [
      'RSS, last tenth to first',
      `<= ${RSS_GROWTH_MAX}x`,
      `${rssGrowth.toFixed(2)}x`,
      judge(rssGrowth <= RSS_GROWTH_MAX),
    ],
    ['call p99, down to up', `<= ${P99_GROWTH_MAX}x`, `${p99Growth.toFixed(2)}x`, judge(p99Growth <= P99_GROWTH_MAX)],
    ['all delivered after it is back, ms', '-', show(Math.round(drainMs)), '-'],
    ['peak RSS MB, the drain included', '-', show(Math.round(peakRssMb)), '-'],
  ];
  return [
    '',
    ...markdown(
      ['ours', 'target', 'measured', 'verdict'],
      lines.map((line) => line.join(' | ')),
    ),
  ].join('\n');
}
