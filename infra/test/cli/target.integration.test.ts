import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CliEnv } from '../../src/cli/env.ts';
import { resolveTarget } from '../../src/cli/target.ts';
import { aStackFolder, SERVER_KEY, StubApi, tempDir } from './support.ts';

let api: StubApi;
beforeEach(async () => {
  api = await StubApi.start();
});
afterEach(() => api.stop());

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
    const dir = aStackFolder(cwd, { api: api.url });

    const target = await resolveTarget(noFlags, { cwd, env: anEnv() });

    expect(target).toEqual({ endpoint: api.url, serverKey: SERVER_KEY, stateDir: dir });
  });

  it('takes the environment before the folder, --dir before the environment', async () => {
    const cwd = tempDir();
    const dir = aStackFolder(cwd, { api: api.url }, 'other');
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
  ])('refuses flags that name half a target, or two: %j', async (flags) => {
    await expect(resolveTarget(flags, { cwd: '/', env: anEnv() })).rejects.toMatchObject({ code: 'usage' });
  });
});
