/** `npm run chaos -- --seed N --minutes M`: one long run. Exit code 1 when anything is lost, doubled or wrong. */
import { parseArgs } from 'node:util';
import { type Chaos, startChaos } from './chaos.ts';
import { isRight, reportOf } from './report.ts';

const { values } = parseArgs({ options: { seed: { type: 'string' }, minutes: { type: 'string' } } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const minutes = Number(values.minutes ?? 5);

async function main(): Promise<number> {
  if (!Number.isSafeInteger(seed) || !(minutes > 0)) {
    process.stderr.write('Expected --seed to be a whole number and --minutes to be a number above 0.\n');
    return 2;
  }
  const note = (line: string): void => void process.stdout.write(`${line}\n`);
  note(`chaos: seed ${seed}, ${minutes} minutes. The same seed repeats the same faults, not the timing of processes.`);
  const chaos = await startChaos({ seed, lengthMs: minutes * 60_000, note });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void chaos.stop().finally(() => process.exit(1)));
  }
  try {
    await chaos.rage();
    const isKept = await report(chaos, note);
    note('The tables are dropped and made again from S3.');
    await chaos.rebuild();
    return (await report(chaos, note)) && isKept ? 0 : 1;
  } finally {
    await chaos.stop();
  }
}

async function report(chaos: Chaos, note: (line: string) => void): Promise<boolean> {
  const judgement = await chaos.judge();
  note(reportOf(judgement, { seed, chaos }));
  const isFine = isRight(judgement);
  if (!isFine) note(`The end of the log of the stack:\n${chaos.log()}`);
  return isFine;
}

process.exit(await main());
