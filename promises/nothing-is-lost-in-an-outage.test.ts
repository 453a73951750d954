import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@dataloaf/core/log';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { until } from '../localstack/test/tools/until.ts';
import { containerOf } from './tools/stack-containers.ts';
import { startTestStack, type TestStack } from './tools/test-stack.ts';
import { startTraffic } from './tools/traffic.ts';

const log = createLog({ name: 'test', level: 'silent' });
const warned = vi.spyOn(log, 'warn');

let stack: TestStack;
let journal: string;
beforeEach(async () => {
  warned.mockClear();
  stack = await startTestStack({ log });
  journal = mkdtempSync(join(tmpdir(), 'dataloaf-outage-'));
});
afterEach(async () => {
  await stack.stop();
  rmSync(journal, { recursive: true, force: true });
});

/** A process of our own is started again by the stack itself, a container by whoever runs it. */
async function killPostgres(): Promise<void> {
  const { pid } = stack.stack.backend.postgres;
  if (pid !== undefined) return void process.kill(pid, 'SIGKILL');
  const container = await containerOf(stack.facts.dir, 'postgres');
  await container.kill();
  await container.start();
}

it('Postgres is killed in the middle of loads and traffic: it comes back, and nothing is lost or doubled', async () => {
  const traffic = startTraffic(stack.facts, journal);

  for (const sent of [200, 500, 800]) {
    await until('traffic', () => traffic.ids.length > sent);
    const loading = stack.load();
    await until('more traffic', () => traffic.ids.length > sent + 10);
    await killPostgres();
    await loading;
  }
  await until('traffic after the last kill', () => traffic.ids.length > 1_000);
  await traffic.end();
  await until('a load', async () => /loaded|nothing_new/.test((await stack.load()).outcome));

  await traffic.expectArrived(stack.sql);
  const said = warned.mock.calls.map(([fields, message]) => `${Object(fields).waited_for}: ${message}`);
  expect(said).toContain('Postgres: began to wait for a part of the stack');
  expect(said).toContain('Postgres: a part of the stack answered again');
});
