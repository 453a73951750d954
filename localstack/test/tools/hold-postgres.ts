/** A process that starts Postgres in the given folder, prints its address, and waits to be killed. */
import { createLog } from '@dataloaf/core/log';
import { startPostgres } from '../../src/postgres/start-postgres.ts';

const dir = process.argv[2] ?? '';
startPostgres({ dir, log: createLog({ name: 'test', level: 'silent' }) }).then(
  ({ pid, url }) => {
    process.stdout.write(`${JSON.stringify({ pid, url })}\n`);
    setInterval(() => undefined, 60_000);
  },
  (error: unknown) => {
    process.stderr.write(String(error));
    process.exitCode = 1;
  },
);
