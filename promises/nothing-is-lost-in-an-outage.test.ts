import { expect, it } from 'vitest';
import { until } from '../localstack/test/tools/until.ts';
import { type Outage, useOutages } from './tools/outage.ts';
import { containerOf } from './tools/stack-containers.ts';
import { startTraffic } from './tools/traffic.ts';

let outage: Outage;
useOutages((started) => {
  outage = started;
});

/** The stack starts its own Postgres process again; a container is started by the one who runs it. */
async function killPostgres(): Promise<void> {
  const { pid } = outage.stack.stack.backend.postgres;
  if (pid !== undefined) return void process.kill(pid, 'SIGKILL');
  const container = await containerOf(outage.stack.facts.dir, 'postgres');
  await container.kill();
  await container.start();
}

it('Postgres is killed in the middle of loads and traffic: it comes back, and nothing is lost or doubled', async () => {
  const traffic = startTraffic(outage.stack.facts, outage.journal);

  for (const sent of [200, 500, 800]) {
    await until('traffic', () => traffic.ids.length > sent);
    const loading = outage.stack.load();
    await until('more traffic', () => traffic.ids.length > sent + 10);
    await killPostgres();
    await loading;
  }
  await until('traffic after the last kill', () => traffic.ids.length > 1_000);
  await traffic.end();
  await until('a load', async () => /loaded|nothing_new/.test((await outage.stack.load()).outcome));

  await traffic.expectArrived(outage.stack.sql);
  expect(outage.warnings()).toContain('Postgres: waiting for a part of the stack');
  expect(outage.warnings()).toContain('Postgres: a part of the stack is responding again');
});
