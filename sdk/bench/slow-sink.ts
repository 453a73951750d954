/** Memory of a burst that is much faster than the API. Events that do not fit into memory wait on disk. */
import { type Load, underLoad } from './load.ts';
import { markdown, show } from './perf-table.ts';

/** With four requests of 500 events in flight, at most 10,000 events a second. */
const ANSWER_MS = 200;
const FLUSH_MS = 300_000;
const PEAK_RSS_MB_MAX = 120;

export async function measureSlowSink(n: number): Promise<void> {
  const shapes = [
    { name: 'one synchronous loop', perTurn: n },
    { name: '20 in each turn of the event loop', perTurn: 20 },
  ];
  const lines: string[] = [];
  for (const { name, perTurn } of shapes) {
    const { idle, peak, lost, twice } = await underLoad(n, (load) => measureBurst(load, { n, perTurn }));
    const verdict = peak <= PEAK_RSS_MB_MAX && lost === 0 && twice === 0 ? 'met' : 'NOT MET';
    lines.push([name, ...[idle, peak].map(Math.round).map(show), show(lost), show(twice), verdict].join(' | '));
  }
  console.log(`${show(n)} events into an API that responds after ${ANSWER_MS} ms.\n`);
  const heads = ['burst', 'RSS before, MB', `peak RSS MB (<= ${PEAK_RSS_MB_MAX})`, 'lost', 'came twice', 'verdict'];
  console.log(markdown(heads, lines).join('\n'));
}

async function measureBurst(load: Load, pace: { readonly n: number; readonly perTurn: number }) {
  await load.sink.call('slow', { delayMs: ANSWER_MS });
  await load.capture(pace);
  const { peakRssMb } = await load.finish(FLUSH_MS);
  const { unique, twice } = await load.counts();
  return { idle: load.idleRssMb, peak: peakRssMb, lost: pace.n - unique, twice };
}
