import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { DIRECT_LEASE_MS } from '@dataloaf/core/limits';
import { DIRECT_LEASE_KEY, INFLIGHT_KEY } from '@dataloaf/core/storage-keys';
import { writerKindOf } from '@dataloaf/core/warehouse/sql/transaction-names';
import { createS3Client } from '@dataloaf/localstack/aws/clients';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../localstack/test/tools/until.ts';
import { isLoad, putState, send, useDisturbedStack } from './tools/disturbed-stack.ts';
import { aMergeFunction, anOperation, warehouseOf } from './tools/merge-function.ts';
import type { TestStack } from './tools/test-stack.ts';

let stack: TestStack;
const hooks = useDisturbedStack((started) => {
  stack = started;
});

/** Direct merges that have started and not committed, the most at once, and all so far. */
const merges = { running: new Set<string>(), most: 0, started: 0 };
/** Direct merges wait for it before their first statement. */
let gate: Promise<void> = Promise.resolve();
let openGate = (): void => {};
const closeGate = (): void => {
  gate = new Promise((resolve) => {
    openGate = resolve;
  });
};

beforeEach(async () => {
  // A test may end before the last merge that it has submitted.
  const warehouse = warehouseOf(stack.facts);
  await until('idle', async () => (await warehouse.listStarted(['direct-'])).length === 0, 60_000);
  Object.assign(merges, { running: new Set(), most: 0, started: 0 });
  hooks.before = async (point) => {
    if (writerKindOf(point.name ?? '') !== 'direct' || point.index > 0) return;
    merges.started += 1;
    merges.running.add(point.statementId);
    merges.most = Math.max(merges.most, merges.running.size);
    await gate;
  };
  hooks.afterCommit = (point) => void merges.running.delete(point.statementId);
  const place = { Bucket: stack.facts.buckets.events, Key: DIRECT_LEASE_KEY };
  await createS3Client(stack.facts.aws).send(new DeleteObjectCommand(place));
});

// A statement that waits would keep the stack from stopping.
afterEach(() => openGate());

const ended = (count: number) =>
  until(`${count} direct merges`, () => merges.started === count && merges.running.size === 0, 60_000);
const HOUR_MS = 3_600_000;

it('of several merge functions, one at a time is in the warehouse, and the next need not wait for the lease', async () => {
  const functions = Array.from({ length: 4 }, () => aMergeFunction(stack.facts));

  await Promise.all(
    functions.map(async (each, index) => {
      while (merges.started < 5) await each.apply([anOperation(`busy-${index}`)]);
    }),
  );

  expect(merges.most).toBe(1);
});

it('while one runs, however long, every other function leaves its update to the load', async () => {
  closeGate();
  const [one, other] = [aMergeFunction(stack.facts), aMergeFunction(stack.facts)];

  await one.apply([anOperation('long')]);
  await until('the first', () => merges.started === 1, 60_000);
  await stack.admin.advance(2 * DIRECT_LEASE_MS);
  await other.apply([anOperation('long')]);
  openGate();
  await ended(1);
  await other.apply([anOperation('long')]);
  await ended(2);

  expect(merges.most).toBe(1);
});

describe('a function that is killed with SIGKILL', () => {
  it.each([HOUR_MS, -HOUR_MS])(
    'before its submit leaves a lease that expires, although the clock of the next one is off by %i ms',
    async (skewMs) => {
      await holdAndKill('before');
      const next = aMergeFunction(stack.facts, { skewMs });

      await next.apply([anOperation('waits')]);
      const before = merges.started;
      await stack.admin.advance(DIRECT_LEASE_MS + 1_000);
      await next.apply([anOperation('waits')]);
      await ended(1);

      expect(before).toBe(0);
    },
  );

  it('after its submit leaves a lease that does not expire while its transaction runs', async () => {
    closeGate();
    await holdAndKill('after');
    const next = aMergeFunction(stack.facts);

    await stack.admin.advance(DIRECT_LEASE_MS + 1_000);
    await next.apply([anOperation('waits')]);
    openGate();
    await ended(1);
    await next.apply([anOperation('waits')]);
    await ended(2);

    expect(merges.most).toBe(1);
  });
});

describe('a load', () => {
  it('in flight is given way to', async () => {
    await putState(stack, INFLIGHT_KEY, { batch_id: 'b', attempt: 1, statement_id: 's' });
    const merge = aMergeFunction(stack.facts);

    await merge.apply([anOperation('yields')]);
    const during = merges.started;
    await putState(stack, INFLIGHT_KEY, null);
    await merge.apply([anOperation('yields')]);
    await ended(1);

    expect(during).toBe(0);
  });

  it('waits for at most two direct merges, however many functions are busy', async () => {
    const events: string[] = [];
    const count = hooks.before;
    hooks.before = async (point) => {
      await count(point);
      // The statement with index 1 runs as soon as the LOCK is granted.
      if (isLoad(point) && point.index === 0) events.push('load submitted');
      if (point.index === 1) events.push(isLoad(point) ? 'load has the mutex' : 'other');
    };
    let isOver = false;
    const traffic = Array.from({ length: 4 }, async (_, index) => {
      const merge = aMergeFunction(stack.facts);
      while (!isOver) await merge.apply([anOperation(`traffic-${index}`)]);
    });
    await until('traffic', () => merges.started > 2, 60_000);

    await send(stack);
    const answer = await stack.load();
    isOver = true;
    await Promise.all(traffic);

    const waited = events.slice(events.indexOf('load submitted') + 1, events.indexOf('load has the mutex'));
    expect(answer.outcome).toBe('loaded');
    expect(waited.length).toBeLessThanOrEqual(2);
    expect(merges.most).toBe(1);
  });
});

/** Starts a merge function, and kills it when it has the lease. */
async function holdAndKill(moment: 'before' | 'after'): Promise<void> {
  const script = fileURLToPath(new URL('./tools/hold-lease.ts', import.meta.url));
  const { aws, buckets } = stack.facts;
  const program = ['--conditions=@dataloaf/source', '--import', 'tsx', script];
  const child = spawn(process.execPath, [...program, JSON.stringify({ aws, buckets }), moment], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}
