import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOurs } from '../../contract/targets/ours.ts';
import type { RunningTarget } from '../../contract/targets/running-target.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Without a terminal. */
function run(file: string, ...args: readonly string[]): Promise<Ended> {
  const command = [join(ROOT, 'tools/run.mjs'), file, ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
    child.stdin?.end();
  });
}
const contract = (...args: readonly string[]): Promise<Ended> => run('localstack/contract/main.ts', ...args);

describe('npm run contract', () => {
  let ours: RunningTarget;
  beforeAll(async () => {
    ours = await startOurs('embedded');
  });
  afterAll(() => ours.stop());

  it('prints its help', async () => {
    const { code, stdout } = await contract('--help');

    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('--endpoint URL') });
    expect(stdout).toContain('NOT TRIED YET');
  });

  it('asks before it uses a real account, and stops without a terminal', async () => {
    const { code, stdout, stderr } = await contract('--aws', '--service', 's3');

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('No request was sent');
  });

  it('refuses an endpoint that is not on this machine', async () => {
    const { code, stderr } = await contract('--endpoint', 'https://s3.us-east-1.amazonaws.com');

    expect(code).toBe(2);
    expect(stderr).toContain('an address of this machine');
  });

  it('compares any endpoint with what AWS documents, and fails on differences', async () => {
    const { code, stdout } = await contract('--endpoint', ours.target.endpoint ?? '', '--service', 's3');

    expect(stdout).toMatch(/^endpoint +s3 +\d+ same, 0 known to differ, 2 UNEXPLAINED$/m);
    expect(stdout).toContain('s3.encrypted-by-default');
    expect(code).toBe(1);
  });

  it('runs the cases whose resources are named on an endpoint, and reports the other services as absent', async () => {
    const names = ['--schedule', 'contract', '--function', 'ingest', '--slow-function', 'merge'];
    const services = ['--service', 'lambda', '--service', 'firehose'];

    const { stdout } = await contract('--endpoint', ours.target.endpoint ?? '', ...names, ...services);

    expect(stdout).toMatch(/^endpoint +lambda +\d+ same, 0 known to differ$/m);
    expect(stdout).toMatch(/^endpoint +firehose +0 same, 0 known to differ, 1 UNEXPLAINED$/m);
  });
});

describe('npm run local -- --explain', () => {
  it('prints the known differences and starts nothing', async () => {
    const { code, stdout } = await run('localstack/src/run/main.ts', '--explain');

    expect(code).toBe(0);
    expect(stdout).toBe(await readFile(join(ROOT, 'localstack/known-differences.md'), 'utf8'));
  });
});
