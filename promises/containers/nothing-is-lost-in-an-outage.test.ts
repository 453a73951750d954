import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createS3Client } from '@dataloaf/localstack/aws/clients';
import { expect, it } from 'vitest';
import { until } from '../../localstack/test/tools/until.ts';
import { type Outage, useOutages } from '../tools/outage.ts';
import { containerOf } from '../tools/stack-containers.ts';
import { anEvent } from '../tools/test-stack.ts';
import { startTraffic, type Traffic } from '../tools/traffic.ts';

const PAUSE_MS = 30_000;

let outage: Outage;
useOutages((started) => {
  outage = started;
});

/** Traffic before, during and after the outage, and loads all the time. */
async function throughAnOutage(fail: () => Promise<void>): Promise<Traffic> {
  const traffic = startTraffic(outage.stack.facts, outage.journal);
  let isOver = false;
  const loads = (async () => {
    while (!isOver) await outage.stack.load();
  })();
  try {
    await until('traffic', () => traffic.ids.length > 200);
    await fail();
    const sent = traffic.ids.length;
    await until('traffic afterwards', () => traffic.ids.length > sent + 200);
  } finally {
    await traffic.end();
    isOver = true;
    await loads;
  }
  await until('a load', async () => (await outage.stack.load()).outcome === 'nothing_new', 60_000);
  return traffic;
}

const forAWhile = async (ms: number): Promise<void> => {
  const end = performance.now() + ms;
  await until(`${ms} ms`, () => performance.now() > end, ms + 5_000);
};

it('LocalStack is paused for 30 s in the middle of traffic: it is waited for, and nothing is lost or doubled', async () => {
  const container = await containerOf(outage.stack.facts.dir, 'localstack');

  const traffic = await throughAnOutage(async () => {
    await container.pause();
    await forAWhile(PAUSE_MS);
    await container.unpause();
  });

  await traffic.expectArrived(outage.stack.sql);
  expect(outage.warnings()).toContain('LocalStack: waiting for a part of the stack');
  expect(outage.waitedSeconds('LocalStack')).toBeGreaterThan(20);
});

it('LocalStack is cut off in the middle of traffic: it is waited for, and nothing is lost or doubled', async () => {
  const container = await containerOf(outage.stack.facts.dir, 'localstack');

  const traffic = await throughAnOutage(async () => {
    await container.cutOff();
    await until('the wait', () => outage.warnings().includes('LocalStack: waiting for a part of the stack'));
    await forAWhile(5_000);
    await container.reconnect();
  });

  await traffic.expectArrived(outage.stack.sql);
  expect(outage.warnings()).toContain('LocalStack: a part of the stack is responding again');
});

it('Postgres is paused in the middle of traffic: nothing is lost or doubled', async () => {
  const container = await containerOf(outage.stack.facts.dir, 'postgres');

  const traffic = await throughAnOutage(async () => {
    await container.pause();
    await forAWhile(10_000);
    await container.unpause();
  });

  await traffic.expectArrived(outage.stack.sql);
});

it('LocalStack is restarted and has lost its buckets: the stack says so, S3 refuses every request, and no bucket is created again', async () => {
  await outage.stack.sendEvents([anEvent()]);
  await outage.stack.load();
  const container = await containerOf(outage.stack.facts.dir, 'localstack');

  await container.restart();
  const reason = await outage.stack.stack.backend.lost;
  const load = await outage.stack.load();
  const put = createS3Client(outage.stack.facts.aws).send(
    new PutObjectCommand({ Bucket: outage.stack.facts.buckets.events, Key: 'k', Body: 'b' }),
  );

  expect(reason.message).toContain('no longer has the bucket dataloaf-local-events, dataloaf-local-users');
  expect(outage.errors()).toContain(reason.message);
  await expect(put).rejects.toThrow('it was restarted, and all S3 data is lost');
  expect(load.outcome).toBe('failed');
});
