/**
 * A service that waits for a kill: captures groups of large events, as fast as the disk takes them, and prints the id
 * of each that was reported as on disk. Ends by itself after COUNT events.
 */
import { DataLoaf } from '../../src/index.ts';

const GROUP = 5;
const run = Number(process.env['RUN']);
const count = Number(process.env['COUNT']);
const client = new DataLoaf({
  dir: process.env['DIR'] ?? '',
  durability: 'fsync',
  flushInterval: 10,
  maxDiskBytes: 2 ** 20,
  retry: { minDelay: 1, maxDelay: 20 },
});

for (let number = 0; number < count; number += GROUP) {
  const group = Array.from({ length: GROUP }, (_, index) =>
    client.createEvent({
      name: 'paid',
      userId: 'u1',
      attributes: { run, number: number + index, text: 'x'.repeat(6_000) },
    }),
  );
  const answers = await Promise.all(group.map(({ persisted }) => persisted));
  const onDisk = group.filter((_, index) => answers[index] === 'disk');
  process.stdout.write(onDisk.map(({ id }) => `${id}\n`).join(''));
}
await client.shutdown({ timeout: 500 });
