/** Reads the parts of a stack separately: a part that fails becomes a trouble and does not hide the others. */
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { messageOf, StorageError } from '@dataloaf/core/errors';
import { type LastTick, parseLastTick } from '@dataloaf/core/last-tick';
import { ADMIN_HEADER, type StackFacts } from '@dataloaf/core/stack-file';
import { LAST_TICK_KEY } from '@dataloaf/core/storage-keys';
import { isObject } from '@dataloaf/core/values/parsed';
import { createRedshiftWarehouse } from '@dataloaf/core/warehouse/data-api';
import { instantOf, numberOf, textOf } from '@dataloaf/core/warehouse/rows';
import { readLastBatch, readParked } from '@dataloaf/core/warehouse/sql/ledger';
import { countEvents, countUsers } from '@dataloaf/core/warehouse/sql/totals';
import type { Row, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { LOCAL_DATABASE, LOCAL_WORKGROUP } from '../../local-names.ts';
import type { StackState } from '../local-stack.ts';
import type { LoadBalance, RunningStatus, StackStatus, Trouble } from './stack-status.ts';

const READ_MS_MAX = 5_000;
const REGION = 'us-east-1';

export async function readStatus(state: StackState, now: number): Promise<StackStatus> {
  switch (state.kind) {
    case 'absent':
      return { running: false, dir: state.dir, reason: 'Found no local stack. Start one with `npm run local`.' };
    case 'stopped':
      return { running: false, dir: state.dir, reason: `The local stack is not running: ${state.reason}.` };
    case 'running':
      return readRunning(state.stack, now);
  }
}

async function readRunning(stack: StackFacts, now: number): Promise<RunningStatus> {
  const troubles: Trouble[] = [];
  const orTrouble = async <Value>(part: Trouble['part'], value: Promise<Value>): Promise<Value | undefined> => {
    try {
      return await value;
    } catch (error) {
      troubles.push({ part, message: messageOf(error) });
      return undefined;
    }
  };
  const clients = makeClients(stack.aws);
  const [lastTick, numbers, pendingBytes] = await Promise.all([
    orTrouble('last_tick', readLastTick(clients.s3, stack.buckets.events)),
    orTrouble('warehouse', readNumbers(clients.warehouse)),
    orTrouble('firehose', readPendingBytes(stack.aws)),
  ]);
  const { api, insights, pid, dir } = stack;
  const completeTo = lastTick?.completeTo;
  return {
    ...{ running: true, dir, api, insights, pid },
    loaded_up_to: completeTo?.toISOString() ?? null,
    age_seconds: completeTo === undefined ? null : Math.max(0, Math.round((now - completeTo.getTime()) / 1_000)),
    late_objects: lastTick?.late ?? 0,
    last_load: numbers?.lastLoad ?? null,
    events: numbers?.events ?? null,
    users: numbers?.users ?? null,
    parked: numbers?.parked ?? [],
    pending_bytes: pendingBytes ?? null,
    troubles,
  };
}

/** The credentials are dummies: the clients require some, and the gateway checks no signature. */
function makeClients(endpoint: string): { readonly s3: S3Client; readonly warehouse: Warehouse } {
  const options = { endpoint, region: REGION, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  return {
    s3: new S3Client({ ...options, forcePathStyle: true }),
    warehouse: createRedshiftWarehouse({
      client: new RedshiftDataClient({ ...options, maxAttempts: 1 }),
      workgroup: LOCAL_WORKGROUP,
      database: LOCAL_DATABASE,
      queryTimeoutMs: 20_000,
    }),
  };
}

/** Undefined before the first load. @throws StorageError when the object cannot be parsed */
async function readLastTick(s3: S3Client, bucket: string): Promise<LastTick | undefined> {
  const parsed = parseLastTick(await readLastTickText(s3, bucket));
  if (parsed.kind === 'unreadable') throw new StorageError('last_tick_unreadable', parsed.reason);
  return parsed.kind === 'tick' ? parsed.tick : undefined;
}

async function readLastTickText(s3: S3Client, bucket: string): Promise<string> {
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: LAST_TICK_KEY }), {
      abortSignal: AbortSignal.timeout(READ_MS_MAX),
    });
    return (await object.Body?.transformToString()) ?? '';
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return 'null';
    throw error;
  }
}

async function readNumbers(warehouse: Warehouse) {
  const [loads, events, users, parked] = await Promise.all(
    [readLastBatch, countEvents, countUsers, readParked].map((statement) => warehouse.query(statement)),
  );
  const [load] = loads ?? [];
  return {
    lastLoad: load === undefined ? null : toBalance(load),
    events: numberOf(events?.[0]?.['n'] ?? 0),
    users: numberOf(users?.[0]?.['n'] ?? 0),
    parked: (parked ?? []).map((row) => ({
      object_uri: textOf(row['object_uri']),
      reason: textOf(row['reason'] ?? ''),
    })),
  };
}

const toBalance = (row: Row): LoadBalance => ({
  batch_id: textOf(row['batch_id']),
  kind: textOf(row['kind']),
  loaded_at: instantOf(row['loaded_at']).toISOString(),
  staged_events: numberOf(row['staged_events']),
  new_events: numberOf(row['new_events']),
  conflicts: numberOf(row['conflicts']),
  staged_ops: numberOf(row['staged_ops']),
  new_ops: numberOf(row['new_ops']),
});

/** Undefined when the stack does not report it. */
async function readPendingBytes(aws: string): Promise<number | undefined> {
  const response = await fetch(`${aws}/_dataloaf/status`, {
    headers: { [ADMIN_HEADER]: '1' },
    signal: AbortSignal.timeout(READ_MS_MAX),
  });
  const body: unknown = await response.json();
  return response.ok && isObject(body) ? sumOfPending(body['streams']) : undefined;
}

function sumOfPending(streams: unknown): number | undefined {
  if (typeof streams !== 'object' || streams === null) return undefined;
  const bytes = Object.values(streams).map((stream: unknown) =>
    isObject(stream) ? stream['pendingBytes'] : undefined,
  );
  const known = bytes.filter((value) => typeof value === 'number');
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}
