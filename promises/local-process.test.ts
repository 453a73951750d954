import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { sendRaw, signedFor } from '../localstack/test/tools/aws-fixture.ts';
import { until } from '../localstack/test/tools/until.ts';
import { aFolder, cleanUp, failLocal, query, startLocal, startLocalWith, untilGone } from './tools/local-process.ts';

afterEach(cleanUp);

it('the ready line is alone on standard output, and a second stack on the folder is refused with its address', async () => {
  const dir = await aFolder();

  const starting = startLocal('--dir', dir, '--port', '0');
  await until('the lock', () => existsSync(join(dir, 'lock.json')));
  const duringStart = failLocal('--dir', dir, '--port', '0');
  const local = await starting;
  const later = await failLocal('--dir', dir, '--port', '0');

  const { insights, pid } = local.ready;
  expect(local.stdout()).toBe(`${JSON.stringify(local.ready)}\n`);
  expect(Object.keys(local.ready)).toEqual([
    'ready',
    'insights',
    'api',
    'aws',
    'serverKey',
    'browserKey',
    'postgres',
    'pid',
  ]);
  for (const refusal of [await duringStart, later]) {
    expect(refusal.code).toBe(1);
    expect(refusal.stderr).toContain(`${insights} (process ${pid})`);
  }
});

it('an ephemeral stack leaves no folder, even after several Ctrl-C', async () => {
  const temporary = await aFolder();
  const local = await startLocalWith({ environment: { TMPDIR: temporary } }, '--ephemeral', '--port', '0');
  const [setting] = await query(local.ready, 'SHOW data_directory');
  const pids = local.processes();

  for (let times = 0; times < 3; times += 1) local.launcher.kill('SIGINT');
  const code = await local.ended;
  await untilGone(pids);

  expect(code).toBe(0);
  // The compiler's cache, `tsx-<user>`, stays.
  expect(readdirSync(temporary).filter((name) => name.startsWith('dataloaf'))).toEqual([]);
  expect(existsSync(String(setting?.['data_directory']))).toBe(false);
});

it('a web page cannot reach it: a foreign Host, an Origin, and an admin call without its header are refused', async () => {
  const { ready } = await startLocal('--ephemeral', '--port', '0');
  const { aws, api, insights } = ready;
  const foreign = { host: 'evil.example' };
  const status = (url: string, headers: Readonly<Record<string, string>>, method = 'GET') =>
    sendRaw({ url, headers, method }).then((answer) => answer.status);

  const answers = {
    host: await Promise.all([aws, `${api}/v1/events`, insights].map((url) => status(url, foreign))),
    origin: await Promise.all([
      status(aws, { origin: insights, ...signedFor('s3') }),
      status(`${aws}/_dataloaf/status`, { origin: insights, 'x-dataloaf-admin': '1' }),
      status(`${aws}/_dataloaf/load`, { origin: 'null', 'x-dataloaf-admin': '1' }, 'POST'),
    ]),
    admin: await Promise.all([status(`${aws}/_dataloaf/status`, {}), status(`${aws}/_dataloaf/load`, {}, 'POST')]),
    own: await status(`${aws}/_dataloaf/status`, { 'x-dataloaf-admin': '1' }),
  };

  expect(answers).toEqual({ host: [403, 403, 403], origin: [403, 403, 403], admin: [403, 403], own: 200 });
});
