import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createLog } from '@dataloaf/core/log';
import { createS3Client } from '@dataloaf/localstack/aws/clients';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { until } from '../../localstack/test/tools/until.ts';
import { containerOf } from '../tools/stack-containers.ts';
import { anEvent, startTestStack, type TestStack } from '../tools/test-stack.ts';
import { startTraffic, type Traffic } from '../tools/traffic.ts';

const PAUSE_MS = 30_000;

const log = createLog({ name: 'test', level: 'silent' });
const warned = vi.spyOn(log, 'warn');
const complained = vi.spyOn(log, 'error');

let stack: TestStack;
let journal: string;
beforeEach(async () => {
  warned.mockClear();
  complained.mockClear();
  stack = await startTestStack({ log });
  journal = mkdtempSync(join(tmpdir(), 'dataloaf-outage-'));
});
afterEach(async () => {
  await stack.stop();
  rmSync(journal, { recursive: true, force: true });
});

const said = (): readonly string[] =>
  warned.mock.calls.map(([fields, text]) => `${Object(fields).waited_for}: ${text}`);
const waitedSeconds = (part: string): number =>
  Math.max(
    ...warned.mock.calls.map(([fields]) => (Object(fields).waited_for === part ? (Object(fields).seconds ?? 0) : 0)),
  );

/** Traffic before, during and after it, and loads all the time. */
async function throughAnOutage(outage: () => Promise<void>): Promise<Traffic> {
  const traffic = startTraffic(stack.facts, journal);
  let isOver = false;
  const loads = (async () => {
    while (!isOver) await stack.load();
  })();
  try {
    await until('traffic', () => traffic.ids.length > 200);
    await outage();
    const sent = traffic.ids.length;
    await until('traffic afterwards', () => traffic.ids.length > sent + 200);
  } finally {
    await traffic.end();
    isOver = true;
    await loads;
  }
  await until('a load', async () => (await stack.load()).outcome === 'nothing_new', 60_000);
  return traffic;
}

const forAWhile = async (ms: number): Promise<void> => {
  const end = performance.now() + ms;
  await until(`${ms} ms`, () => performance.now() > end, ms + 5_000);
};

it('LocalStack is paused for 30 s in the middle of traffic: it is waited for, and nothing is lost or doubled', async () => {
  const container = await containerOf(stack.facts.dir, 'localstack');

  const traffic = await throughAnOutage(async () => {
    await container.pause();
    await forAWhile(PAUSE_MS);
    await container.unpause();
  });

  await traffic.expectArrived(stack.sql);
  expect(said()).toContain('LocalStack: began to wait for a part of the stack');
  expect(waitedSeconds('LocalStack')).toBeGreaterThan(20);
});

it('LocalStack is cut off in the middle of traffic: it is waited for, and nothing is lost or doubled', async () => {
  const container = await containerOf(stack.facts.dir, 'localstack');

  const traffic = await throughAnOutage(async () => {
    await container.cutOff();
    await until('the wait', () => said().includes('LocalStack: began to wait for a part of the stack'));
    await forAWhile(5_000);
    await container.reconnect();
  });

  await traffic.expectArrived(stack.sql);
  expect(said()).toContain('LocalStack: a part of the stack answered again');
});

it('Postgres is paused in the middle of traffic: nothing is lost or doubled', async () => {
  const container = await containerOf(stack.facts.dir, 'postgres');

  const traffic = await throughAnOutage(async () => {
    await container.pause();
    await forAWhile(10_000);
    await container.unpause();
  });

  await traffic.expectArrived(stack.sql);
});

it('LocalStack is restarted and has lost its buckets: the stack says so, S3 refuses whatever is asked, and none is made anew', async () => {
  await stack.sendEvents([anEvent()]);
  await stack.load();
  const container = await containerOf(stack.facts.dir, 'localstack');

  await container.restart();
  const reason = await stack.stack.backend.lost;
  const load = await stack.load();
  const put = createS3Client(stack.facts.aws).send(
    new PutObjectCommand({ Bucket: stack.facts.buckets.events, Key: 'k', Body: 'b' }),
  );

  expect(reason.message).toContain('has no bucket dataloaf-local-events, dataloaf-local-users any more');
  expect(complained.mock.calls.map(([, text]) => text)).toContain(reason.message);
  await expect(put).rejects.toThrow('it was restarted, and what S3 held is lost');
  expect(load.outcome).toBe('failed');
});
