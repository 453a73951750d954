/** Captures events in its own process, which ends as MODE says. Prints each id that was reported as `disk`. */
import { DataLoaf } from '../../src/index.ts';

const client = new DataLoaf({ dir: process.env['DIR'] ?? '', flushInterval: 10 });
const count = Number(process.env['COUNT'] ?? 1);
const capture = (index: number) => client.createEvent({ name: 'counted', userId: 'u1', attributes: { index } });

const printMany = (): void => {
  for (let index = 0; index < count; index += 1) process.stdout.write(`${capture(index).id}\n`);
};
const printUntilKilled = async (): Promise<never> => {
  for (let index = 0; ; index += 1) {
    const { id, persisted } = capture(index);
    if ((await persisted) === 'disk') process.stdout.write(`${id}\n`);
  }
};

if (process.env['MODE'] === 'until-killed') await printUntilKilled();
printMany();
if (process.env['MODE'] === 'process-exit') process.exit(0);
