import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { until } from '../../localstack/test/tools/until.ts';
import { admin, aFolder, cleanUp, type LocalProcess, query, startLocal, untilGone } from '../tools/local-process.ts';
import { containerOf, containersOf } from '../tools/stack-containers.ts';
import { anEvent, request } from '../tools/test-stack.ts';

afterEach(cleanUp);

const IDS = 'SELECT event_id FROM dataloaf.events';
const send = ({ ready }: LocalProcess, event: object) =>
  request(`${ready.api}/v1/events`, { method: 'POST', key: ready.serverKey, body: { events: [event] } });

it.each(['SIGTERM', 'SIGINT'] as const)(
  'ports are published on 127.0.0.1 only; %s leaves no process and no container; the keys stay, the data does not',
  async (signal) => {
    const dir = await aFolder();
    const first = await startLocal('--dir', dir, '--port', '0');
    await send(first, anEvent());
    await admin(first.ready, 'load');
    const rows = await query(first.ready, IDS);
    const containers = await containersOf(dir);
    const pids = first.processes();

    process.kill(first.ready.pid, signal);
    const code = await first.ended;
    await untilGone(pids);
    const left = await containersOf(dir);
    const second = await startLocal('--dir', dir, '--port', '0');

    expect(containers.flatMap(({ addresses }) => addresses)).toEqual(['127.0.0.1', '127.0.0.1']);
    expect([code, left, rows.length]).toEqual([0, [], 1]);
    expect(await query(second.ready, IDS)).toEqual([]);
    expect(second.ready).toMatchObject({ serverKey: first.ready.serverKey, browserKey: first.ready.browserKey });
  },
);

it('containers that a SIGKILL left are removed by the next start, even in another folder', async () => {
  const dir = await aFolder();
  const first = await startLocal('--dir', dir, '--port', '0');
  process.kill(first.ready.pid, 'SIGKILL');
  await first.ended;
  const left = await containersOf(dir);

  const second = await startLocal('--dir', await aFolder(), '--port', '0');

  expect(left.length).toBe(2);
  expect(await containersOf(dir)).toEqual([]);
  expect(second.stderr()).toContain('removed the containers of a killed stack');
});

it('a web page cannot change what LocalStack holds by going past the gateway', async () => {
  const dir = await aFolder();
  await startLocal('--dir', dir, '--port', '0');
  const { port } = await containerOf(dir, 'localstack');
  const url = `http://127.0.0.1:${port}/dataloaf-local-events`;
  const statusOf = async (path: string, init: RequestInit) => (await fetch(`${url}${path}`, init)).status;

  const own = await statusOf('?list-type=2', {});
  const foreign = await Promise.all(
    ['http://evil.example', 'null'].flatMap((origin) => [
      statusOf('?list-type=2', { headers: { origin } }),
      statusOf('/k', { method: 'PUT', body: 'x', headers: { origin } }),
      statusOf('?delete', {
        method: 'POST',
        body: '<Delete></Delete>',
        headers: { origin, 'content-type': 'text/plain' },
      }),
    ]),
  );

  expect(own).toBe(200);
  expect(foreign).toEqual([403, 403, 403, 403, 403, 403]);
});

it('a start that is aborted leaves no container', async () => {
  const dir = await aFolder();

  const starting = startLocal('--dir', dir, '--port', '0').catch((error: unknown) => error);
  await until('a container', async () => (await containersOf(dir)).length > 0);
  process.kill(Number(JSON.parse(readFileSync(join(dir, 'lock.json'), 'utf8')).pid), 'SIGTERM');
  const outcome = await starting;

  expect(outcome).toBeInstanceOf(Error);
  expect(await containersOf(dir)).toEqual([]);
});

it('LocalStack is restarted: the process ends with status 1 and its reason, and undelivered items arrive next time', async () => {
  const dir = await aFolder();
  const first = await startLocal('--dir', dir, '--port', '0');
  await send(first, anEvent());
  await admin(first.ready, 'load');
  const waiting = anEvent();
  await send(first, waiting);

  await (await containerOf(dir, 'localstack')).restart();
  const code = await first.ended;
  const left = await containersOf(dir);
  const second = await startLocal('--dir', dir, '--port', '0');
  await admin(second.ready, 'load');

  expect([code, left]).toEqual([1, []]);
  expect(first.stderr()).toContain('it was restarted, and all S3 data is lost');
  expect(await query(second.ready, IDS)).toEqual([{ event_id: waiting['event_id'] }]);
});
