/** What `npm run local` keeps over a restart. On containers it keeps nothing: see containers/local-process.test.ts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { until } from '../localstack/test/tools/until.ts';
import {
  admin,
  aFolder,
  cleanUp,
  freePorts,
  type LocalProcess,
  query,
  startLocal,
  startLocalWith,
  untilGone,
} from './tools/local-process.ts';
import { anEvent, request } from './tools/test-stack.ts';
import { startTraffic } from './tools/traffic.ts';

afterEach(cleanUp);

const IDS = 'SELECT event_id FROM dataloaf.events ORDER BY event_id';
async function sendAndLoad({ ready }: LocalProcess, events: readonly object[]): Promise<void> {
  await request(`${ready.api}/v1/events`, { method: 'POST', key: ready.serverKey, body: { events } });
  await admin(ready, 'load');
}

it('SIGTERM to the process of the ready line leaves no process within 5 s, and the next start has the rows and keys', async () => {
  const dir = await aFolder();
  const first = await startLocal('--dir', dir, '--port', '0', '--seed', '40');
  await sendAndLoad(first, [anEvent(), anEvent()]);
  const rows = await query(first.ready, IDS);
  const pids = first.processes();

  const askedAt = performance.now();
  process.kill(first.ready.pid, 'SIGTERM');
  const code = await first.ended;
  await untilGone(pids);
  const tookMs = performance.now() - askedAt;
  const isNamed = existsSync(join(dir, 'stack.json'));
  const second = await startLocal('--dir', dir, '--port', '0');

  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(5_000);
  expect(isNamed).toBe(false);
  expect(rows.length).toBe(42);
  expect(await query(second.ready, IDS)).toEqual(rows);
  expect(second.ready).toMatchObject({ serverKey: first.ready.serverKey, browserKey: first.ready.browserKey });
});

it('after a SIGKILL of the stack, its launcher or npm no process remains, and the next start has the data', async () => {
  const dir = await aFolder();
  const first = await startLocal('--dir', dir, '--port', '0');
  await sendAndLoad(first, [anEvent(), anEvent(), anEvent()]);
  const rows = await query(first.ready, IDS);
  const firstPids = first.processes();
  process.kill(first.ready.pid, 'SIGKILL');
  await untilGone(firstPids);

  const second = await startLocal('--dir', dir, '--port', '0');
  const rowsAfterStack = await query(second.ready, IDS);
  const secondPids = second.processes();
  second.launcher.kill('SIGKILL');
  await untilGone(secondPids);
  const third = await startLocalWith({ by: 'npm' }, '--dir', dir, '--port', '0');
  const rowsAfterLauncher = await query(third.ready, IDS);
  const thirdPids = third.processes();
  third.launcher.kill('SIGKILL');
  await untilGone(thirdPids);

  expect(await first.ended).toBe(137);
  expect(rows.length).toBe(3);
  expect(rowsAfterStack).toEqual(rows);
  expect(rowsAfterLauncher).toEqual(rows);
});

it('the stack is killed with SIGKILL in the middle of traffic and started again: sent = rows, and totals are exact', async () => {
  const dir = await aFolder();
  const port = String(await freePorts());
  let local = await startLocal('--dir', dir, '--port', port);
  const traffic = startTraffic(local.ready, await aFolder());

  for (const sent of [300, 900]) {
    await until('traffic', () => traffic.ids.length > sent);
    void admin(local.ready, 'load').catch(() => undefined);
    await until('more traffic', () => traffic.ids.length > sent + 20);
    process.kill(local.ready.pid, 'SIGKILL');
    await local.ended;
    local = await startLocal('--dir', dir, '--port', port);
  }
  await until('traffic after the last start', () => traffic.ids.length > 1_500);
  await traffic.end();
  const { outcome } = await admin(local.ready, 'load');

  expect(outcome).toMatch(/loaded|nothing_new/);
  await traffic.expectArrived((sql) => query(local.ready, sql));
});
