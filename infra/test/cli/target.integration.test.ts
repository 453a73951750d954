import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackFacts } from '@dataloaf/core/stack-file';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CliEnv } from '../../src/cli/env.ts';
import { findStack, resolveTarget } from '../../src/cli/local-stack.ts';
import { dataloaf, SERVER_KEY, StubApi, tempDir } from './support.ts';

let api: StubApi;
beforeEach(async () => {
  api = await StubApi.start();
});
afterEach(() => api.stop());

function aStackFolder(cwd: string, changes: Partial<StackFacts> = {}, name = '.dataloaf'): string {
  const dir = join(cwd, name);
  mkdirSync(dir);
  const stack: StackFacts = {
    ready: true,
    insights: 'http://127.0.0.1:1',
    api: api.url,
    aws: 'http://127.0.0.1:1',
    serverKey: SERVER_KEY,
    browserKey: 'dl_b_x',
    postgres: 'postgres://127.0.0.1:1/x',
    pid: process.pid,
    dir,
    buckets: { events: 'e', users: 'u' },
    streams: { events: 'e', users: 'u' },
    ...changes,
  };
  writeFileSync(join(dir, 'stack.json'), JSON.stringify(stack));
  return dir;
}

const anEnv = (changes: Partial<CliEnv> = {}): CliEnv => ({
  endpoint: undefined,
  serverKey: undefined,
  isColorOff: true,
  stateDir: '/state',
  ...changes,
});
const noFlags = { endpoint: undefined, key: undefined, dir: undefined };

describe('resolveTarget', () => {
  it('finds the stack that runs in this folder', async () => {
    const cwd = tempDir();
    const dir = aStackFolder(cwd);

    const target = await resolveTarget(noFlags, { cwd, env: anEnv() });

    expect(target).toEqual({ endpoint: api.url, serverKey: SERVER_KEY, stateDir: dir });
  });

  it('takes the environment before the folder, --dir before the environment', async () => {
    const cwd = tempDir();
    const dir = aStackFolder(cwd, {}, 'other');
    const env = anEnv({ endpoint: 'http://api.test', serverKey: 'dl_s_env' });

    const fromEnv = await resolveTarget(noFlags, { cwd, env });
    const fromDir = await resolveTarget({ ...noFlags, dir: 'other' }, { cwd, env });

    expect(fromEnv).toEqual({ endpoint: 'http://api.test', serverKey: 'dl_s_env', stateDir: '/state' });
    expect(fromDir).toMatchObject({ endpoint: api.url, stateDir: dir });
  });

  it('takes --endpoint and --key before the environment', async () => {
    const env = anEnv({ endpoint: 'http://api.test', serverKey: 'dl_s_env' });

    const target = await resolveTarget(
      { ...noFlags, endpoint: 'http://flag.test', key: 'dl_s_flag' },
      { cwd: '/', env },
    );

    expect(target).toMatchObject({ endpoint: 'http://flag.test', serverKey: 'dl_s_flag' });
  });

  it('says what to do when nothing is there', async () => {
    const cwd = tempDir();

    await expect(resolveTarget(noFlags, { cwd, env: anEnv() })).rejects.toMatchObject({
      code: 'stack_absent',
      hint: expect.stringMatching(/npm run local.*--endpoint and --key/),
    });
  });

  it.each([
    { endpoint: 'http://a', key: undefined, dir: undefined },
    { endpoint: 'not an address', key: 'k', dir: undefined },
    { endpoint: undefined, key: 'k', dir: undefined },
    { endpoint: 'http://a', key: 'k', dir: 'd' },
  ])('refuses half of an answer: %j', async (flags) => {
    await expect(resolveTarget(flags, { cwd: '/', env: anEnv() })).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('findStack', () => {
  it('tells a stack whose process is gone, or whose API is silent, from one that runs', async () => {
    const gone = tempDir();
    const silent = tempDir();
    const torn = tempDir();
    aStackFolder(gone, { pid: 2 ** 22 + 1 });
    aStackFolder(silent, { api: 'http://127.0.0.1:1' });
    writeFileSync(join(aStackFolder(torn), 'stack.json'), '{"api":');

    expect(await findStack(undefined, gone)).toMatchObject({
      kind: 'stopped',
      reason: expect.stringMatching(/gone/),
    });
    expect(await findStack(undefined, silent)).toMatchObject({
      kind: 'stopped',
      reason: expect.stringMatching(/answer/),
    });
    expect(await findStack(undefined, torn)).toMatchObject({ kind: 'stopped' });
    expect(await findStack(undefined, tempDir())).toMatchObject({ kind: 'absent' });
  });
});

describe('dataloaf status', () => {
  it('ends with 1 and says how to start when nothing runs', async () => {
    const run = await dataloaf(['status']);

    expect(run.code).toBe(1);
    expect(run.out).toMatch(/not running[\s\S]*npm run local/);
  });

  it('shows what it knows when parts of the stack do not answer', { timeout: 20_000 }, async () => {
    const cwd = tempDir();
    const dir = aStackFolder(cwd);

    const run = await dataloaf(['status', '--json'], { cwd });

    const status = JSON.parse(run.out) as { troubles: { part: string }[] };
    expect(run.code).toBe(1);
    expect(status).toMatchObject({ running: true, dir, api: api.url, events: null, last_load: null });
    expect(status.troubles.map(({ part }) => part).sort()).toEqual(['firehose', 'last_tick', 'warehouse']);
  });
});
