/** The command with --aws, against the local AWS: the same calls, with an address of the environment in front of them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { createLog } from '@dataloaf/core/log';
import { LOCAL_DATABASE, LOCAL_WORKGROUP } from '@dataloaf/infra/local-names';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createS3Client } from '../../src/aws/clients.ts';
import { type Stack, startStack } from '../../src/stack/stack.ts';

const RUN = fileURLToPath(new URL('../../../tools/run.mjs', import.meta.url));
let stack: Stack;
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dataloaf-doctor-command-'));
  const log = createLog({ name: 'test', level: 'silent' });
  const ports = { insights: 0, api: 0, aws: 0 };
  stack = await startStack({ dir: join(dir, 'stack'), ports, log, isEphemeral: true, functionLogLevel: 'silent' });
});
afterAll(async () => {
  await stack?.stop();
  await rm(dir, { recursive: true, force: true });
});

function start(...more: readonly string[]): ChildProcess {
  const { aws, buckets } = stack.facts;
  const where = ['--region', 'us-east-1', '--workgroup', LOCAL_WORKGROUP, '--database', LOCAL_DATABASE];
  const files = ['--bucket', buckets.events, '--copy-role', 'arn:aws:iam::000000000000:role/copy', '--record', dir];
  return spawn(process.execPath, [RUN, 'localstack/doctor/main.ts', '--aws', ...where, ...files, ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: aws,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
}

async function left(): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: stack.facts.postgres });
  await client.connect();
  const { rows } = await client.query(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'dataloaf_doctor_%'`);
  await client.end();
  const list = new ListObjectsV2Command({ Bucket: stack.facts.buckets.events, Prefix: 'doctor/' });
  const { Contents: objects = [] } = await createS3Client(stack.facts.aws).send(list);
  return [...rows.map(({ nspname }) => nspname), ...objects.map(({ Key: key = '' }) => key)];
}

const output = (child: ChildProcess, stream: 'stdout' | 'stderr'): { text: string } => {
  const kept = { text: '' };
  child[stream]?.on('data', (chunk) => {
    kept.text += String(chunk);
  });
  return kept;
};

describe('npm run doctor -- --aws', () => {
  it('sends nothing before somebody has confirmed it', async () => {
    const child = start();
    const errors = output(child, 'stderr');

    const [code] = await once(child, 'exit');

    expect(code).toBe(2);
    expect(errors.text).toContain('Expected a terminal to confirm --aws, got none.\nRun it by hand, or with --yes.');
  });

  it('removes what it has made after a Ctrl-C in the middle, and writes no transcript', async () => {
    const child = start('--yes');
    const errors = output(child, 'stderr');
    const seen = output(child, 'stdout');
    child.stdout?.on('data', () => {
      if (seen.text.includes('plan.both.choose-new-events')) child.kill('SIGINT');
    });

    const [code] = await once(child, 'exit');

    expect(code).toBe(130);
    expect(errors.text).toContain('Stopping: cancelling the statement in flight, and removing what the run has made.');
    expect(seen.text).not.toContain('load.both');
    expect(await left()).toEqual([]);
    expect(await readdir(dir)).toEqual(['stack']);
  });
});
