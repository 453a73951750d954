/** A service that captures for ever and prints each id that was reported as on disk. Only a signal ends it. */
import { DataLoaf } from '../../src/index.ts';

const client = new DataLoaf({ dir: process.env['DIR'] ?? '', flushInterval: 10, retry: { minDelay: 1, maxDelay: 20 } });
const run = Number(process.env['RUN']);

process.stdout.write(`pid ${process.pid}\n`);
for (let number = 0; ; number += 1) {
  const { id, persisted } = client.createEvent({ name: 'counted', userId: 'u1', attributes: { run, number } });
  if ((await persisted) === 'disk') process.stdout.write(`${id}\n`);
}
