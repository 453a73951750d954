/** Captures events in a process of its own; how it ends is told by MODE. Prints each id that was answered `disk`. */
import { DataLoaf } from '../../src/index.ts';

const client = new DataLoaf({ dir: process.env['DIR'] ?? '', flushInterval: 10 });
const count = Number(process.env['COUNT'] ?? 1);
const capture = (index: number) => client.createEvent({ name: 'counted', userId: 'u1', attributes: { index } });

switch (process.env['MODE']) {
  case 'until-killed':
    for (let index = 0; ; index += 1) {
      const { id, persisted } = capture(index);
      if ((await persisted) === 'disk') process.stdout.write(`${id}\n`);
    }
  case 'process-exit':
    for (let index = 0; index < count; index += 1) process.stdout.write(`${capture(index).id}\n`);
    process.exit(0);
  default:
    for (let index = 0; index < count; index += 1) process.stdout.write(`${capture(index).id}\n`);
}
