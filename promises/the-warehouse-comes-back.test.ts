import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { hourPrefix, LAST_TICK_KEY, LOADED_FILES_KEY } from '@dataloaf/core/storage-keys';
import { createRedshiftWarehouse } from '@dataloaf/core/warehouse/data-api';
import {
  applyMigration,
  createBase,
  MIGRATIONS,
  SCHEMA_VERSION,
  seedMutex,
} from '@dataloaf/core/warehouse/sql/migrations';
import { writerKindOf } from '@dataloaf/core/warehouse/sql/transaction-names';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { LOCAL_DATABASE, LOCAL_WORKGROUP } from '@dataloaf/infra/local-names';
import { createRedshiftDataClient, createS3Client } from '@dataloaf/localstack/aws/clients';
import { expect, it } from 'vitest';
import { until } from '../localstack/test/tools/until.ts';
import { expectOnce, putState, type Sent, send, useDisturbedStack } from './tools/disturbed-stack.ts';
import { anEvent, type TestStack } from './tools/test-stack.ts';

let stack: TestStack;
const hooks = useDisturbedStack((started) => {
  stack = started;
});

it('the tables dropped and S3 kept: every row comes back', async () => {
  const before = await stack.sql(
    'SELECT count(*)::int AS n, count(DISTINCT event_id)::int AS ids FROM dataloaf.events',
  );
  const users = await stack.sql('SELECT user_id, user_attributes FROM dataloaf.users ORDER BY 1');
  await stack.sql('DROP SCHEMA dataloaf CASCADE');

  const sent = await send(stack);
  const answer = await stack.load();

  expect(answer.outcome).toBe('loaded');
  await expectOnce(stack, sent);
  expect(
    await stack.sql('SELECT count(*)::int - 1 AS n, count(DISTINCT event_id)::int - 1 AS ids FROM dataloaf.events'),
  ).toEqual(before);
  expect(
    await stack.sql('SELECT user_id, user_attributes FROM dataloaf.users WHERE user_id <> $1 ORDER BY 1', [sent.user]),
  ).toEqual(users);
});

it('tables of an older version are migrated by the load that meets them', async () => {
  await stack.sql('DROP SCHEMA dataloaf CASCADE');
  const oldest = MIGRATIONS.slice(0, 1).map(applyMigration);
  for (const statements of [createBase, seedMutex, ...oldest]) await asAdmin(statements);

  const sent = await send(stack);
  const answer = await stack.load();

  expect(answer.outcome).toBe('loaded');
  await expectOnce(stack, sent);
  expect(await stack.sql('SELECT max(version)::int AS version FROM dataloaf.schema_migrations')).toEqual([
    { version: SCHEMA_VERSION },
  ]);
});

it('rights that the loader has lost are granted again by the migration that it asks for', async () => {
  const roles = ['dataloaf_writer', 'dataloaf_loader'];
  await asAdmin(roles.map((name) => ({ name, text: `REVOKE USAGE ON SCHEMA dataloaf FROM ROLE ${name}` })));

  const sent = await send(stack);
  const answer = await stack.load();

  expect(answer.outcome).toBe('loaded');
  await expectOnce(stack, sent);
});

it('a warehouse restored to an older state is filled up again', async () => {
  const sent = await send(stack);
  await stack.load();
  await restoreWithoutNewestLoad(stack, sent);

  const later = await send(stack);
  await stack.load();

  await expectOnce(stack, sent);
  await expectOnce(stack, later);
});

it('a restored warehouse is noticed although direct merges advanced the counter meanwhile', async () => {
  const sent = await send(stack);
  await stack.load();
  await restoreWithoutNewestLoad(stack, sent);
  await stack.sql('UPDATE dataloaf.load_mutex SET n = n + 5');
  await stack.sql(`INSERT INTO dataloaf.load_batches
    SELECT 'direct-1', 'direct', 0, (SELECT n FROM dataloaf.load_mutex), 0, 0, 0, 0, 0, 0, 0, 0, now()`);

  const later = await send(stack);
  await stack.load();
  await stack.sql("DELETE FROM dataloaf.load_batches WHERE kind = 'direct'");

  await expectOnce(stack, sent);
  await expectOnce(stack, later);
});

it('a restored warehouse is noticed although the state was lost and a quiet tick passed', async () => {
  const sent = await send(stack);
  await stack.load();
  await putState(stack, LAST_TICK_KEY, null);
  await putState(stack, LOADED_FILES_KEY, null);
  await stack.load();
  await restoreWithoutNewestLoad(stack, sent);

  const later = await send(stack);
  await stack.load();

  await expectOnce(stack, sent);
  await expectOnce(stack, later);
});

it('a parked object is in the ledger although its first parking failed, and again after the tables were dropped', async () => {
  const s3 = createS3Client(stack.facts.aws);
  const key = `${hourPrefix('events', new Date())}bad.gz`;
  await s3.send(new PutObjectCommand({ Bucket: stack.facts.buckets.events, Key: key, Body: 'no gzip' }));
  let kills = 0;
  hooks.before = async (point) => {
    if (writerKindOf(point.name ?? '') !== 'park' || kills > 0) return;
    kills += 1;
    await stack.sql('SELECT pg_terminate_backend($1)', [point.pid]);
  };
  const parkedRows = () => stack.sql("SELECT object_uri FROM dataloaf.load_files WHERE outcome = 'parked'");

  const first = await stack.load();
  const rows = await parkedRows();
  await stack.sql('DROP SCHEMA dataloaf CASCADE');
  const sent = await send(stack);
  const second = await stack.load();

  expect([kills, first.outcome, second.outcome]).toEqual([1, 'parked', 'parked']);
  expect(rows.length).toBe(1);
  expect(await parkedRows()).toEqual(rows);
  await until('the page to show it', async () => {
    const answer = await fetch(`${stack.facts.insights}/api/freshness`);
    return ((await answer.json()) as { parked: number }).parked === 1;
  });
  await expectOnce(stack, sent);
  await s3.send(new DeleteObjectCommand({ Bucket: stack.facts.buckets.events, Key: key }));
});

it('the stack off for three days with unloaded objects: all rows come back', async () => {
  await stack.load();
  const s3 = createS3Client(stack.facts.aws);
  const bucket = stack.facts.buckets.events;
  const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);
  // What the loader wrote last, and what Firehose still delivered afterwards, late hours included.
  const lastTick = {
    checked_at: daysAgo(3).toISOString(),
    complete_to: daysAgo(3).toISOString(),
    load_id: 1,
    parked: 0,
  };
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: LAST_TICK_KEY, Body: JSON.stringify(lastTick) }));
  const ids = [4, 3, 2.9].map((days) => `off-${days}`);
  for (const days of [4, 3, 2.9]) {
    const line = {
      ...anEvent({ event_id: `off-${days}` }),
      event_created: daysAgo(days).toISOString(),
      event_attributes: {},
    };
    const key = `${hourPrefix('events', daysAgo(days))}late.gz`;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: gzipSync(`${JSON.stringify(line)}\n`) }));
  }

  const answer = await stack.load();

  expect(answer).toMatchObject({ outcome: 'loaded', batch: { files: 3, new_events: 3 } });
  expect(await stack.sql('SELECT event_id FROM dataloaf.events WHERE event_id = ANY($1) ORDER BY 1', [ids])).toEqual(
    [...ids].sort().map((id) => ({ event_id: id })),
  );
});

/** The developer's key is the admin's. */
async function asAdmin(statements: readonly Statement[]): Promise<void> {
  const client = createRedshiftDataClient(stack.facts.aws);
  const place = { client, workgroup: LOCAL_WORKGROUP, database: LOCAL_DATABASE };
  const warehouse = createRedshiftWarehouse(place);
  const id = await warehouse.submit({ token: randomUUID(), name: 'by-hand', statements });
  expect(await warehouse.wait(id, { statements, timeoutMs: 20_000 })).toMatchObject({ kind: 'finished' });
  client.destroy();
}

/** Leaves the tables as a restore to the moment before the newest load would. */
async function restoreWithoutNewestLoad(stack: TestStack, { event, user }: Sent): Promise<void> {
  const [{ n } = {}] = await stack.sql("SELECT max(load_id) AS n FROM dataloaf.load_batches WHERE kind = 'load'");
  for (const table of ['events', 'event_rollup', 'load_batches']) {
    await stack.sql(`DELETE FROM dataloaf.${table} WHERE load_id = $1`, [n]);
  }
  await stack.sql('DELETE FROM dataloaf.event_keys WHERE event_id = $1', [event]);
  await stack.sql(
    'DELETE FROM dataloaf.op_keys WHERE op_id IN (SELECT op_id FROM dataloaf.user_ops WHERE user_id = $1)',
    [user],
  );
  await stack.sql('DELETE FROM dataloaf.user_ops WHERE user_id = $1', [user]);
  await stack.sql('DELETE FROM dataloaf.load_files WHERE batch_id NOT IN (SELECT batch_id FROM dataloaf.load_batches)');
  await stack.sql('UPDATE dataloaf.load_mutex SET n = n - 1');
}
