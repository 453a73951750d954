import type { S3Client } from '@aws-sdk/client-s3';
import { LOAD_ATTEMPTS_MAX } from '@dataloaf/core/limits';
import type { Log } from '@dataloaf/core/log';
import type { StatementStatus, Transaction, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { describe, expect, it } from 'vitest';
import { makeBatch } from '../src/plan-batch.ts';
import { type BatchPorts, runBatch } from '../src/run-batch.ts';
import type { Inflight, StateStore } from '../src/state.ts';

const BATCH = makeBatch(
  [{ bucket: 'dl-events', key: 'data/v1/events/dt=2026-11-22/hr=06/a.gz', stream: 'events', etag: 'e', bytes: 1 }],
  0,
);
const OPTIONS = { bucket: 'dl-events', roleArn: 'arn:aws:iam::000000000000:role/copy', deadlineMs: 100_000 };
const START_MS = 10_000_000;

const GONE: StatementStatus = { kind: 'gone', submittedAt: undefined };
const SPENT: StatementStatus = { kind: 'gone', submittedAt: new Date(0) };
const FINISHED: StatementStatus = { kind: 'finished', submittedAt: undefined };
const conflict: StatementStatus = {
  kind: 'failed',
  failure: { statement: undefined, message: '1023', isRetryable: true, queryId: undefined },
  submittedAt: undefined,
};

interface World {
  /** What each attempt comes to, in order; the last one repeats. */
  readonly statuses: readonly StatementStatus[];
  readonly inflight?: Inflight;
  /** How long one wait takes. */
  readonly waitMs?: number;
}

/** A warehouse that commits a batch when it reports `finished`, and a clock that moves only in waits and pauses. */
function aWorld({ statuses, inflight, waitMs = 0 }: World) {
  const sent: Transaction[] = [];
  const remembered: (Inflight | null)[] = [];
  const pauses: number[] = [];
  const time = { now: START_MS };
  let isCommitted = false;
  const warehouse = {
    submit: async (transaction: Transaction) => {
      sent.push(transaction);
      return `s${sent.length}`;
    },
    wait: async () => {
      time.now += waitMs;
      const status = statuses[Math.min(sent.length, statuses.length) - 1] ?? GONE;
      isCommitted = status.kind === 'finished';
      return status;
    },
    query: async () => (isCommitted ? [{ load_id: 1 }] : []),
  } as unknown as Warehouse;
  const ports: BatchPorts = {
    s3: { send: async () => ({}) } as unknown as S3Client,
    warehouse,
    state: {
      readInflight: async () => inflight,
      writeInflight: async (state: Inflight | null) => void remembered.push(state),
    } as unknown as StateStore,
    clock: { now: () => time.now, random: () => 0.5, pause: async (ms) => void pauses.push(ms) },
    log: { info: () => {} } as unknown as Log,
  };
  const run = () => runBatch(BATCH, { ...OPTIONS, deadlineMs: START_MS + OPTIONS.deadlineMs }, ports);
  const attempts = () => sent.map(({ token }) => Number(token.slice(`${BATCH.batchId}-`.length)));
  return { run, sent, attempts, remembered, pauses };
}

describe('the attempts at a batch', () => {
  it('take one token after the other until one commits', async () => {
    const { run, attempts, remembered } = aWorld({ statuses: [conflict, GONE, FINISHED] });

    expect(await run()).toEqual({ kind: 'loaded', row: { load_id: 1 } });
    expect(attempts()).toEqual([1, 2, 3]);
    expect(remembered.at(-1)).toEqual({ batch_id: BATCH.batchId, attempt: 3, statement_id: 's3' });
  });

  it('send the same statements under every token', async () => {
    const { run, sent } = aWorld({ statuses: [conflict, FINISHED] });

    await run();

    expect(sent[0]?.statements).toEqual(sent[1]?.statements);
    expect(sent.map(({ name }) => name)).toEqual([`load-${BATCH.batchId}`, `load-${BATCH.batchId}`]);
  });

  it('end after five that may succeed later, with the last reason', async () => {
    const { run, attempts, pauses } = aWorld({ statuses: [GONE, conflict] });

    expect(await run()).toEqual({ kind: 'failed', reason: 'No attempt committed. The last one: 1023' });
    expect(attempts().length).toBe(LOAD_ATTEMPTS_MAX);
    expect(pauses).toEqual([100, 200, 400, 800, 1_000]);
  });

  it('walk through spent tokens without a pause, and without counting them', async () => {
    const spent = Array.from({ length: 2 * LOAD_ATTEMPTS_MAX }, () => SPENT);
    const { run, attempts, pauses } = aWorld({ statuses: [...spent, GONE, FINISHED] });

    expect(await run()).toMatchObject({ kind: 'loaded' });
    expect(attempts()).toEqual(Array.from({ length: spent.length + 2 }, (_, index) => index + 1));
    expect(pauses.length).toBe(1);
  });

  it('stop at a spent token when the time of the tick is up', async () => {
    const { run, attempts } = aWorld({ statuses: [SPENT], waitMs: OPTIONS.deadlineMs / 2 });

    expect(await run()).toEqual({ kind: 'undecided' });
    expect(attempts()).toEqual([1, 2]);
  });

  it('begin after the attempt that an earlier tick has sent for the same batch', async () => {
    const inflight = { batch_id: BATCH.batchId, attempt: 4, statement_id: 's' };
    const same = aWorld({ statuses: [FINISHED], inflight });
    const other = aWorld({ statuses: [FINISHED], inflight: { ...inflight, batch_id: 'other' } });

    await same.run();
    await other.run();

    expect([same.attempts(), other.attempts()]).toEqual([[5], [1]]);
  });
});
