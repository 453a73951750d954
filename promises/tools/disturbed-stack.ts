/** A stack whose warehouse a test can disturb, and the invariants that must hold afterwards. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { writerKindOf } from '@dataloaf/core/warehouse/sql/transaction-names';
import { createS3Client } from '@dataloaf/localstack/aws/clients';
import type { RunPoint } from '@dataloaf/localstack/aws/redshift-data/run-faults';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { anEvent, startTestStack, type TestStack } from './test-stack.ts';

type Hook = (point: RunPoint & { readonly index: number; readonly sql: string }) => Promise<void> | void;

export interface Hooks {
  before: Hook;
  afterCommit: (point: RunPoint) => void;
}

/**
 * One stack for all tests of a file; each test begins without hooks. Updates wait for the load, so that only the load
 * writes. `onStart` gets the stack before the first test.
 */
export function useDisturbedStack(onStart: (stack: TestStack) => void): Hooks {
  const hooks = noHooks();
  let stack: TestStack | undefined;
  beforeAll(async () => {
    stack = await startTestStack({
      directMerge: 'off',
      warehouseFaults: {
        beforeStatement: (point) => hooks.before(point),
        afterCommit: (point) => hooks.afterCommit(point),
      },
    });
    onStart(stack);
  });
  afterAll(() => stack?.stop());
  beforeEach(() => {
    Object.assign(hooks, noHooks());
  });
  return hooks;
}

const noHooks = (): Hooks => ({ before: () => {}, afterCommit: () => {} });

export const isLoad = (point: RunPoint): boolean => writerKindOf(point.name ?? '') === 'load';

export interface Sent {
  readonly event: string;
  readonly user: string;
}

/** Sends one event and one increment, which show any loss and any repetition. */
export async function send(stack: TestStack): Promise<Sent> {
  const event = anEvent();
  const user = String(event['user_id']);
  await stack.sendEvents([event]);
  await stack.call('PATCH', '/v1/users', { updates: [{ op_id: `op-${user}`, user_id: user, increment: { n: 1 } }] });
  return { event: String(event['event_id']), user };
}

export async function expectOnce(stack: TestStack, { event, user }: Sent): Promise<void> {
  const [row] = await stack.sql(
    `SELECT (SELECT count(*)::int FROM dataloaf.events WHERE event_id = $1) AS events,
       (SELECT count(*)::int FROM dataloaf.event_keys WHERE event_id = $1) AS keys,
       (SELECT count(*)::int FROM dataloaf.user_ops WHERE user_id = $2) AS ops,
       (SELECT json_agg(user_attributes) FROM dataloaf.users WHERE user_id = $2) AS documents`,
    [event, user],
  );
  expect(row).toEqual({ events: 1, keys: 1, ops: 1, documents: [{ n: 1 }] });
}

export async function expectLedgerBalances(stack: TestStack): Promise<void> {
  const [row] = await stack.sql(
    `SELECT (SELECT count(*) FROM dataloaf.events) = (SELECT sum(new_events) FROM dataloaf.load_batches) AS events,
       (SELECT count(*) FROM dataloaf.events) = (SELECT sum(events) FROM dataloaf.event_rollup) AS rollup,
       (SELECT count(*) FROM dataloaf.user_ops) = (SELECT sum(new_ops) FROM dataloaf.load_batches) AS ops,
       (SELECT count(*) FROM dataloaf.load_files) = (SELECT count(DISTINCT object_uri) FROM dataloaf.load_files) AS files`,
  );
  expect(row).toEqual({ events: true, rollup: true, ops: true, files: true });
}

export async function putState(stack: TestStack, key: string, state: unknown): Promise<void> {
  const body = { Bucket: stack.facts.buckets.events, Key: key, Body: JSON.stringify(state) };
  await createS3Client(stack.facts.aws).send(new PutObjectCommand(body));
}
