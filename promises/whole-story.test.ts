/**
 * The way of an event and of an update through everything: SDK with its journal, API, Firehose, S3, COPY, fold, an answer of
 * Insights. Then the stack goes off and on, a loader without any state looks at everything again, and new events follow.
 * Rows are counted after each step. Runs on both back ends.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { dataPrefix, LAST_TICK_KEY, LOADED_FILES_KEY, type Stream } from '@dataloaf/core/storage-keys';
import { createS3Client } from '@dataloaf/localstack/aws/clients';
import { DataLoaf } from '@dataloaf/sdk';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../localstack/test/tools/until.ts';
import { putState } from './tools/disturbed-stack.ts';
import { tickBeside } from './tools/second-loader.ts';
import { startTestStack, type TestStack } from './tools/test-stack.ts';

const USERS = 10;
/** Events of each of three days. */
const DAYS = { '2026-01-01': 120, '2026-01-02': 70, '2026-01-03': 50 };
const EVENTS = 240;
const LATER = 30;

let stack: TestStack;
let journal: string;
beforeEach(async () => {
  stack = await startTestStack({ directMerge: 'off' });
  journal = await mkdtemp(join(tmpdir(), 'dataloaf-story-'));
});
afterEach(async () => {
  await stack.stop();
  await rm(journal, { recursive: true, force: true });
});

it('every event and update of the SDK is counted once, before and after the stack is off and its loader starts without state', async () => {
  const { api, serverKey: key } = stack.facts;
  const client = aClient(api, key);
  const captured = [...Object.entries(DAYS)].flatMap(([day, count]) => captureEvents(client, day, count));
  captureUsers(client);
  expect(await whereKept(captured)).toEqual({ disk: EVENTS });

  // SDK -> API: everything is accepted.
  expect(await client.shutdown()).toMatchObject({ delivered: EVENTS + 2 * USERS, persisted: 0 });

  // Firehose -> S3: each item is a line of an object.
  await stack.admin.flush();
  expect([await linesIn('events'), await linesIn('users')]).toEqual([EVENTS, 2 * USERS]);

  // S3 -> COPY -> tables.
  const load = await stack.load();
  expect(load).toMatchObject({ outcome: 'loaded', batch: { new_events: EVENTS, new_ops: 2 * USERS } });
  expect(await countRows()).toEqual({ events: EVENTS, ids: EVENTS, users: USERS, ops: 2 * USERS });

  // The fold: an update keeps what it does not mention, and increments what it names.
  expect(await documents()).toEqual(
    Array.from({ length: USERS }, (_, user) => ({ city: 'Oslo', plan: 'pro', orders: user + 1 })),
  );

  // Insights answers over HTTP.
  expect(await seriesOf(EVENTS)).toEqual(Object.values(DAYS));

  // The stack goes off. A client captures into its journal; the API comes back on the same port.
  await stack.pause();
  const second = aClient(api, key);
  const late = captureEvents(second, '2026-01-03', LATER);
  expect(await whereKept(late)).toEqual({ disk: LATER });
  stack = await startTestStack({
    dir: stack.facts.dir,
    directMerge: 'off',
    ports: { insights: 0, api: Number(new URL(api).port), aws: 0 },
  });

  // A loader that knows nothing lists every object again, and changes nothing.
  await putState(stack, LAST_TICK_KEY, null);
  await putState(stack, LOADED_FILES_KEY, null);
  expect(await tickBeside(stack.facts)).toMatchObject({ outcome: 'nothing_new' });
  expect(await countRows()).toEqual({ events: EVENTS, ids: EVENTS, users: USERS, ops: 2 * USERS });

  // It loads what is new, and only that.
  expect(await second.shutdown({ timeout: 30_000 })).toMatchObject({ delivered: LATER, persisted: 0 });
  await stack.admin.flush();
  expect(await tickBeside(stack.facts)).toMatchObject({ outcome: 'loaded', batch: { new_events: LATER, new_ops: 0 } });
  expect(await countRows()).toEqual({ events: EVENTS + LATER, ids: EVENTS + LATER, users: USERS, ops: 2 * USERS });
  expect(await seriesOf(EVENTS + LATER)).toEqual([120, 70, 50 + LATER]);
  expect(await stack.load()).toMatchObject({ outcome: 'nothing_new' });
});

function aClient(endpoint: string, serverKey: string): DataLoaf {
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  return new DataLoaf({ endpoint, serverKey, dir: journal, logger, retry: { minDelay: 50, maxDelay: 500 } });
}

const captureEvents = (client: DataLoaf, day: string, count: number) =>
  Array.from({ length: count }, (_, index) =>
    client.createEvent({
      name: 'order_completed',
      userId: `user-${index % USERS}`,
      timestamp: new Date(Date.parse(day) + index * 60_000),
      attributes: { total: index },
    }),
  );

function captureUsers(client: DataLoaf): void {
  for (let user = 0; user < USERS; user += 1) {
    client.createUser(`user-${user}`, { plan: 'free', city: 'Oslo' });
    client.updateUser(`user-${user}`, { plan: 'pro' }, { increment: { orders: user + 1 } });
  }
}

/** How many of them are where: on disk, or in memory only. */
async function whereKept(captured: readonly { readonly persisted: Promise<string> }[]): Promise<object> {
  const places = await Promise.all(captured.map(({ persisted }) => persisted));
  return Object.fromEntries([...new Set(places)].map((place) => [place, places.filter((one) => one === place).length]));
}

async function linesIn(stream: Stream): Promise<number> {
  const s3 = createS3Client(stack.facts.aws);
  const Bucket = stack.facts.buckets[stream];
  const { Contents: objects = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: dataPrefix(stream) }));
  const counts = objects.map(async ({ Key }) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    return String(gunzipSync(bytes)).trimEnd().split('\n').length;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

async function countRows(): Promise<unknown> {
  const [row] = await stack.sql(
    `SELECT (SELECT count(*)::int FROM dataloaf.events) AS events,
       (SELECT count(DISTINCT event_id)::int FROM dataloaf.events) AS ids,
       (SELECT count(*)::int FROM dataloaf.users) AS users,
       (SELECT count(*)::int FROM dataloaf.user_ops) AS ops`,
  );
  return row;
}

const documents = async (): Promise<unknown[]> =>
  (await stack.sql('SELECT user_attributes FROM dataloaf.users ORDER BY user_id')).map((row) => row['user_attributes']);

/** One number a day, once Insights has seen the load. */
async function seriesOf(total: number): Promise<readonly number[]> {
  const url = `${stack.facts.insights}/api/query?event=order_completed&period=2026-01-01..2026-01-03&by=day`;
  let line: { readonly total: number; readonly values: readonly number[] } | undefined;
  await until(`a total of ${total}`, async () => {
    const answer: { series: { lines: (typeof line)[] }[] } = Object(await (await fetch(url)).json());
    line = answer.series[0]?.lines[0];
    return line?.total === total;
  });
  return line?.values ?? [];
}
