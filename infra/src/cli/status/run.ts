/** Asks the parts of a stack, each on its own: one that fails becomes a trouble and hides no other. */

import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { messageOf } from '@dataloaf/core/errors';
import { ADMIN_HEADER, type StackFacts } from '@dataloaf/core/stack-file';
import { LAST_TICK_KEY } from '@dataloaf/core/storage-keys';
import { isObject } from '@dataloaf/core/values/parsed';
import { createRedshiftWarehouse } from '@dataloaf/core/warehouse/data-api';
import { readParked } from '@dataloaf/core/warehouse/sql/ledger';
import type { Cell, Row, Statement, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { LOCAL_DATABASE, LOCAL_WORKGROUP } from '../../local-names.ts';
import type { LocalState } from '../local-stack.ts';
import type { LoadBalance, RunningStatus, StackStatus, Trouble } from './stack-status.ts';

const READ_MS_MAX = 5_000;
const REGION = 'us-east-1';

const LAST_LOAD: Statement = {
  name: 'read_last_load',
  text: `SELECT batch_id, kind, loaded_at, staged_events, new_events, conflicts, staged_ops, new_ops
FROM dataloaf.load_batches
ORDER BY load_id DESC
LIMIT 1`,
};
/** The rollup has one row per load, name and quarter of an hour: far fewer than there are events. */
const COUNT_EVENTS: Statement = {
  name: 'count_events',
  text: `SELECT CAST(COALESCE(SUM(events), 0) AS BIGINT) AS n
FROM dataloaf.event_rollup`,
};
const COUNT_USERS: Statement = {
  name: 'count_users',
  text: `SELECT COUNT(*) AS n
FROM dataloaf.users`,
};

export async function readStatus(local: LocalState, now: number): Promise<StackStatus> {
  switch (local.kind) {
    case 'absent':
      return { running: false, dir: local.dir, reason: 'No local stack was found. Start one with `npm run local`.' };
    case 'stopped':
      return { running: false, dir: local.dir, reason: `The local stack does not run: ${local.reason}.` };
    case 'running':
      return readRunning(local.stack, now);
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
  const [completeTo, numbers, pendingBytes] = await Promise.all([
    orTrouble('last_tick', readCompleteTo(clients.s3, stack.buckets.events)),
    orTrouble('warehouse', readNumbers(clients.warehouse)),
    orTrouble('firehose', readPendingBytes(stack.aws)),
  ]);
  const { api, insights, pid, dir } = stack;
  return {
    ...{ running: true, dir, api, insights, pid },
    loaded_up_to: completeTo ?? null,
    age_seconds: completeTo === undefined ? null : Math.max(0, Math.round((now - Date.parse(completeTo)) / 1_000)),
    last_load: numbers?.lastLoad ?? null,
    events: numbers?.events ?? null,
    users: numbers?.users ?? null,
    parked: numbers?.parked ?? [],
    pending_bytes: pendingBytes ?? null,
    troubles,
  };
}

/** Dummy credentials: the gateway checks no signature, but the clients insist on some. */
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

/** Undefined before the first load. */
async function readCompleteTo(s3: S3Client, bucket: string): Promise<string | undefined> {
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: LAST_TICK_KEY }), {
      abortSignal: AbortSignal.timeout(READ_MS_MAX),
    });
    const tick: unknown = JSON.parse((await object.Body?.transformToString()) ?? 'null');
    const completeTo = isObject(tick) ? tick['complete_to'] : undefined;
    return typeof completeTo === 'string' ? completeTo : undefined;
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  }
}

async function readNumbers(warehouse: Warehouse) {
  const [loads, events, users, parked] = await Promise.all(
    [LAST_LOAD, COUNT_EVENTS, COUNT_USERS, readParked].map((statement) => warehouse.query(statement)),
  );
  const [load] = loads ?? [];
  return {
    lastLoad: load === undefined ? null : toBalance(load),
    events: Number(events?.[0]?.['n'] ?? 0),
    users: Number(users?.[0]?.['n'] ?? 0),
    parked: (parked ?? []).map((row) => ({ object_uri: textOf(row['object_uri']), reason: textOf(row['reason']) })),
  };
}

const textOf = (cell: Cell | undefined): string => String(cell ?? '').trim();

const toBalance = (row: Row): LoadBalance => ({
  batch_id: textOf(row['batch_id']),
  kind: textOf(row['kind']),
  loaded_at: toIso(textOf(row['loaded_at'])),
  staged_events: Number(row['staged_events']),
  new_events: Number(row['new_events']),
  conflicts: Number(row['conflicts']),
  staged_ops: Number(row['staged_ops']),
  new_ops: Number(row['new_ops']),
});

/** The Data API writes a TIMESTAMP as `2026-11-22 06:16:03.123`, in UTC. */
function toIso(text: string): string {
  const ms = Date.parse(`${text.replace(' ', 'T')}Z`);
  return Number.isNaN(ms) ? text : new Date(ms).toISOString();
}

/** Undefined when the stack does not tell. */
async function readPendingBytes(aws: string): Promise<number | undefined> {
  const response = await fetch(`${aws}/_dataloaf/status`, {
    headers: { [ADMIN_HEADER]: '1' },
    signal: AbortSignal.timeout(READ_MS_MAX),
  });
  const body: unknown = await response.json();
  return response.ok && isObject(body) ? sumOfPending(body['streams']) : undefined;
}

/** Of all streams. */
function sumOfPending(streams: unknown): number | undefined {
  if (typeof streams !== 'object' || streams === null) return undefined;
  const bytes = Object.values(streams).map((stream: unknown) =>
    isObject(stream) ? stream['pendingBytes'] : undefined,
  );
  const known = bytes.filter((value) => typeof value === 'number');
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}
