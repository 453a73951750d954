import { rm } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { hourPrefix, INFLIGHT_KEY, LAST_TICK_KEY } from '@dataloaf/core/storage-keys';
import { loadStatements } from '@dataloaf/loader/load-statements';
import { makeBatch } from '@dataloaf/loader/plan-batch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createS3Client } from '../../src/aws-clients.ts';
import type { RunPoint } from '../../src/services/redshift-data/run-faults.ts';
import { tickBeside } from '../tools/second-loader.ts';
import { anEvent, startTestStack, type TestStack } from '../tools/test-stack.ts';

type Hook = (point: RunPoint & { readonly index: number; readonly sql: string }) => Promise<void> | void;

const hooks: { before: Hook; afterCommit: (point: RunPoint) => void } = { before: () => {}, afterCommit: () => {} };
let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack({
    directMerge: 'off',
    warehouseFaults: {
      beforeStatement: (point) => hooks.before(point),
      afterCommit: (point) => hooks.afterCommit(point),
    },
  });
});
afterAll(() => stack.stop());
beforeEach(() => {
  hooks.before = () => {};
  hooks.afterCommit = () => {};
});

const isLoad = (point: RunPoint): boolean => point.name?.startsWith('load-') === true;

/** One event and one increment: whatever is lost or done twice shows. */
async function send(): Promise<{ readonly event: string; readonly user: string }> {
  const event = anEvent();
  const user = String(event['user_id']);
  await stack.sendEvents([event]);
  await stack.call('PATCH', '/v1/users', { updates: [{ op_id: `op-${user}`, user_id: user, increment: { n: 1 } }] });
  return { event: String(event['event_id']), user };
}

async function expectOnce({ event, user }: { readonly event: string; readonly user: string }): Promise<void> {
  const [row] = await stack.sql(
    `SELECT (SELECT count(*)::int FROM dataloaf.events WHERE event_id = $1) AS events,
       (SELECT count(*)::int FROM dataloaf.event_keys WHERE event_id = $1) AS keys,
       (SELECT count(*)::int FROM dataloaf.user_ops WHERE user_id = $2) AS ops,
       (SELECT json_agg(user_attributes) FROM dataloaf.users WHERE user_id = $2) AS documents`,
    [event, user],
  );
  expect(row).toEqual({ events: 1, keys: 1, ops: 1, documents: [{ n: 1 }] });
}

async function expectLedgerBalances(): Promise<void> {
  const [row] = await stack.sql(
    `SELECT (SELECT count(*) FROM dataloaf.events) = (SELECT sum(new_events) FROM dataloaf.load_batches) AS events,
       (SELECT count(*) FROM dataloaf.events) = (SELECT sum(events) FROM dataloaf.event_rollup) AS rollup,
       (SELECT count(*) FROM dataloaf.user_ops) = (SELECT sum(new_ops) FROM dataloaf.load_batches) AS ops,
       (SELECT count(*) FROM dataloaf.load_files) = (SELECT count(DISTINCT object_uri) FROM dataloaf.load_files) AS files`,
  );
  expect(row).toEqual({ events: true, rollup: true, ops: true, files: true });
}

describe('a load', () => {
  const aFile = (stream: 'events' | 'users') => ({ bucket: 'b', key: 'k', stream, etag: 'e', bytes: 1 });
  const statements = loadStatements(makeBatch([aFile('events'), aFile('users')], 0), { bucket: 'b', roleArn: 'r' });

  it.each(statements.map(({ name }, index) => [name, index] as const))(
    'whose session is killed before %s is done once, in the same tick',
    async (_, index) => {
      const sent = await send();
      let kills = 0;
      hooks.before = async (point) => {
        if (!isLoad(point) || point.index !== index || kills > 0) return;
        kills += 1;
        await stack.sql('SELECT pg_terminate_backend($1)', [point.pid]);
      };

      const answer = await stack.load();

      expect([kills, answer.outcome]).toEqual([1, 'loaded']);
      await expectOnce(sent);
    },
  );

  it('that committed although it was reported as failed is not done again', async () => {
    const sent = await send();
    hooks.afterCommit = (point) => {
      if (isLoad(point)) throw new Error('the answer is lost');
    };

    const answer = await stack.load();
    hooks.afterCommit = () => {};
    const again = await stack.load();

    expect([answer.outcome, again.outcome]).toEqual(['loaded', 'nothing_new']);
    await expectOnce(sent);
  });

  it.each([['before'], ['after']] as const)(
    'whose Lambda dies %s its work is done once by the next tick',
    async (when) => {
      const sent = await send();
      stack.admin.faults.add([{ kind: 'lambda_crashes', function: 'loader', when, times: 1 }]);

      const answer = await stack.load();
      const next = await stack.load();

      expect(answer.outcome).toBe('failed');
      expect(['loaded', 'nothing_new']).toContain(next.outcome);
      await expectOnce(sent);
    },
  );

  it.each([
    ['PutObject', 'manifests/'],
    ['PutObject', 'state/inflight'],
    ['PutObject', 'state/loaded-files'],
    ['PutObject', 'state/last-tick'],
    ['GetObject', 'manifests/'],
    ['GetObject', 'data/v1/'],
    ['ListObjectsV2', ''],
  ])('that S3 fails at %s of %s is done once by a later tick', async (operation, key) => {
    const sent = await send();
    await stack.admin.flush();
    stack.admin.faults.add([{ kind: 's3_fails', operation, key, times: 4 }]);

    const outcomes: string[] = [];
    for (let tick = 0; tick < 4 && !['loaded', 'nothing_new'].includes(outcomes.at(-1) ?? ''); tick += 1) {
      outcomes.push((await stack.load()).outcome);
    }
    stack.admin.faults.clear();
    await stack.load();

    expect(outcomes).not.toContain('parked');
    await expectOnce(sent);
  });

  it('whose token was spent by a failure, without a trace in S3, is done once by a later tick', async () => {
    const sent = await send();
    let failures = 0;
    hooks.before = (point) => {
      if (!isLoad(point) || point.index !== 5 || failures > 0) return;
      failures += 1;
      throw new Error('the disk is full');
    };
    const first = await stack.load();
    await createS3Client(stack.facts.aws).send(
      new PutObjectCommand({ Bucket: stack.facts.buckets.events, Key: INFLIGHT_KEY, Body: 'null' }),
    );

    await stack.load();
    await stack.load();

    expect([first.outcome, failures]).toEqual(['failed', 1]);
    await expectOnce(sent);
  });

  it('that two loaders plan alike is one transaction', async () => {
    const sent = await send();
    await stack.admin.flush();

    const outcomes = (await Promise.all([stack.load(), tickBeside(stack.facts)])).map((answer) => answer.outcome);

    for (const outcome of outcomes) expect(['loaded', 'nothing_new']).toContain(outcome);
    await expectOnce(sent);
  });

  it('that overlaps another one waits, is refused by the ledger, and then takes only the rest', async () => {
    const first = await send();
    const { promise: isHeld, resolve: holds } = withResolvers();
    const { promise: otherCame, resolve: comes } = withResolvers();
    const names: (string | undefined)[] = [];
    hooks.before = async (point) => {
      if (!isLoad(point) || point.index > 2) return;
      if (point.index === 0 && names.push(point.name) === 2) comes();
      if (point.index === 2 && point.name === names[0]) {
        holds();
        await otherCame;
      }
    };

    const loading = stack.load();
    await isHeld;
    const second = await send();
    await stack.admin.flush();
    // The other loader does not know of the running statement: only the mutex and the ledger stand between them.
    await createS3Client(stack.facts.aws).send(
      new PutObjectCommand({ Bucket: stack.facts.buckets.events, Key: INFLIGHT_KEY, Body: 'null' }),
    );
    const other = tickBeside(stack.facts);
    const outcomes = [(await loading).outcome, (await other).outcome];

    // The same files twice, then the rest alone: three different batches.
    expect(new Set(names).size).toBe(3);
    expect(outcomes).toEqual(['loaded', 'loaded']);
    await expectOnce(first);
    await expectOnce(second);
  });

  it('keeps a ledger that balances through all of it', () => expectLedgerBalances());
});

it('the tables dropped and S3 kept: every row comes back', async () => {
  const before = await stack.sql(
    'SELECT count(*)::int AS n, count(DISTINCT event_id)::int AS ids FROM dataloaf.events',
  );
  const users = await stack.sql('SELECT user_id, user_attributes FROM dataloaf.users ORDER BY 1');
  await stack.sql('DROP SCHEMA dataloaf CASCADE');

  const sent = await send();
  const answer = await stack.load();

  expect(answer.outcome).toBe('loaded');
  await expectOnce(sent);
  expect(
    await stack.sql('SELECT count(*)::int - 1 AS n, count(DISTINCT event_id)::int - 1 AS ids FROM dataloaf.events'),
  ).toEqual(before);
  expect(
    await stack.sql('SELECT user_id, user_attributes FROM dataloaf.users WHERE user_id <> $1 ORDER BY 1', [sent.user]),
  ).toEqual(users);
});

it('a warehouse restored to an older state is filled up again', async () => {
  const sent = await send();
  await stack.load();
  const [{ n } = {}] = await stack.sql('SELECT max(load_id) AS n FROM dataloaf.load_batches');
  for (const table of ['events', 'event_rollup', 'load_batches']) {
    await stack.sql(`DELETE FROM dataloaf.${table} WHERE load_id = $1`, [n]);
  }
  await stack.sql('DELETE FROM dataloaf.event_keys WHERE event_id = $1', [sent.event]);
  await stack.sql('DELETE FROM dataloaf.user_ops WHERE user_id = $1', [sent.user]);
  await stack.sql('DELETE FROM dataloaf.load_files WHERE batch_id NOT IN (SELECT batch_id FROM dataloaf.load_batches)');
  await stack.sql('UPDATE dataloaf.load_mutex SET n = n - 1');

  const later = await send();
  await stack.load();

  await expectOnce(sent);
  await expectOnce(later);
});

it('nothing new: no SQL at all, and "loaded up to" moves on', async () => {
  await stack.load();
  let statements = 0;
  hooks.before = () => {
    statements += 1;
  };
  const before = Date.now();

  const answer = await stack.load();

  expect([answer.outcome, statements]).toEqual(['nothing_new', 0]);
  const tick = (await (await fetch(`${stack.facts.insights}/api/freshness`)).json()) as { loaded_up_to: string };
  expect(Date.parse(tick.loaded_up_to)).toBeGreaterThanOrEqual(before);
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

it('objects that Firehose delivered before the stack went off are loaded when it is on again', async () => {
  const sent = await send();
  await stack.admin.flush();
  const waiting = await send();
  await stack.pause();

  stack = await startTestStack({ dir: stack.facts.dir, directMerge: 'off' });
  await stack.load();

  await expectOnce(sent);
  await expectOnce(waiting);
});

it('the database lost with the stack off: it is made anew and filled from S3', async () => {
  const [before] = await stack.sql('SELECT count(*)::int AS n FROM dataloaf.events');
  const { dir } = stack.facts;
  await stack.pause();
  await rm(`${dir}/postgres`, { recursive: true, force: true });

  stack = await startTestStack({ dir, directMerge: 'off' });
  const answer = await stack.load();

  expect(answer.outcome).toBe('loaded');
  expect(await stack.sql('SELECT count(*)::int AS n FROM dataloaf.events')).toEqual([before]);
  await expectLedgerBalances();
});

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
