import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { aFolder, cleanUp, failLocalWith } from '../tools/local-process.ts';
import { BACKEND } from '../tools/test-backend.ts';

afterEach(cleanUp);

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const LOADED_MODULES = fileURLToPath(new URL('../tools/loaded-modules.ts', import.meta.url));

it('without an engine that answers, containers are refused, with what to do', async () => {
  const dir = await aFolder();
  const socket = join(dir, 'silent.sock');
  const silent = createServer().listen(socket);
  await once(silent, 'listening');

  const environment = { DOCKER_HOST: `unix://${socket}` };
  const { code, stderr } = await failLocalWith({ environment }, '--backend', 'containers', '--dir', dir, '--port', '0');
  silent.close();

  expect(code).toBe(1);
  expect(stderr).toContain('Expected a Docker engine to answer within 2 s.');
  expect(stderr).toContain('Start Docker');
  expect(stderr).toContain('leave out --backend containers');
});

it('testcontainers is loaded for containers and for nothing else', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', LOADED_MODULES, BACKEND],
    { cwd: ROOT },
  );

  expect(stdout).toBe(`testcontainers: ${BACKEND === 'containers' ? 'loaded' : 'not loaded'}\n`);
});
