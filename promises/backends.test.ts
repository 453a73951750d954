import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { aFolder, cleanUp, failLocalWith } from './tools/local-process.ts';
import { BACKEND } from './tools/test-backend.ts';
import { anEvent, startTestStack } from './tools/test-stack.ts';

afterEach(cleanUp);

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LOADED_MODULES = fileURLToPath(new URL('./tools/loaded-modules.ts', import.meta.url));

it('containers are refused without a Docker engine, with a hint', async () => {
  const dir = await aFolder();
  const socket = join(dir, 'silent.sock');
  const silent = createServer().listen(socket);
  await once(silent, 'listening');

  const environment = { DOCKER_HOST: `unix://${socket}` };
  const { code, stderr } = await failLocalWith({ environment }, '--backend', 'containers', '--dir', dir, '--port', '0');
  silent.close();

  expect(code).toBe(1);
  expect(stderr).toContain('Expected a Docker engine to respond within 2 s.');
  expect(stderr).toContain('Start Docker');
  expect(stderr).toContain('omit --backend containers');
});

it('DATALOAF_PG_URL and containers, which have their own Postgres, are refused together', async () => {
  const environment = { DATALOAF_PG_URL: 'postgres://somebody@127.0.0.1/postgres' };
  const { code, stderr } = await failLocalWith(
    { environment },
    '--backend',
    'containers',
    '--ephemeral',
    '--port',
    '0',
  );

  expect(code).toBe(2);
  expect(stderr).toContain('Expected DATALOAF_PG_URL or --backend containers');
});

it('a reset leaves buckets and warehouse empty, and later events arrive', async () => {
  const stack = await startTestStack();
  const next = anEvent();
  try {
    await stack.sendEvents([anEvent(), anEvent()]);
    await stack.load();
    await stack.stack.reset();
    const rows = await stack.sql('SELECT event_id FROM dataloaf.events');
    await stack.sendEvents([next]);
    await stack.load();

    expect(rows).toEqual([]);
    expect(await stack.sql('SELECT event_id FROM dataloaf.events')).toEqual([{ event_id: next['event_id'] }]);
  } finally {
    await stack.stop();
  }
});

it('testcontainers is loaded for containers and for nothing else', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=@dataloaf/source', '--import', 'tsx', LOADED_MODULES, BACKEND],
    { cwd: ROOT },
  );

  expect(stdout).toBe(`testcontainers: ${BACKEND === 'containers' ? 'loaded' : 'not loaded'}\n`);
});
