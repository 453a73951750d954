import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { FULL_LISTING_KEY, hourPrefix, INFLIGHT_KEY } from '@dataloaf/core/storage-keys';
import { writerKindOf } from '@dataloaf/core/warehouse/sql/transaction-names';
import { loadStatements } from '@dataloaf/loader/load-statements';
import { makeBatch } from '@dataloaf/loader/plan-batch';
import { createS3Client } from '@dataloaf/localstack/aws/clients';
import { describe, expect, it } from 'vitest';
import { until } from '../localstack/test/tools/until.ts';
import { dataloaf } from './tools/dataloaf.ts';
import {
  expectLedgerBalances,
  expectOnce,
  isLoad,
  putState,
  send,
  useDisturbedStack,
} from './tools/disturbed-stack.ts';
import { tickBeside } from './tools/second-loader.ts';
import { anEvent, type TestStack } from './tools/test-stack.ts';

let stack: TestStack;
const hooks = useDisturbedStack((started) => {
  stack = started;
});

describe('a load', () => {
  const aFile = (stream: 'events' | 'users') => ({ bucket: 'b', key: 'k', stream, etag: 'e', bytes: 1 });
  const statements = loadStatements(makeBatch([aFile('events'), aFile('users')], 0), { bucket: 'b', roleArn: 'r' });

  it.each(statements.map(({ name }, index) => [name, index] as const))(
    'whose session is killed before %s is done once, in the same tick',
    async (_, index) => {
      const sent = await send(stack);
      let kills = 0;
      hooks.before = async (point) => {
        if (!isLoad(point) || point.index !== index || kills > 0) return;
        kills += 1;
        await stack.sql('SELECT pg_terminate_backend($1)', [point.pid]);
      };

      const answer = await stack.load();

      expect([kills, answer.outcome]).toEqual([1, 'loaded']);
      await expectOnce(stack, sent);
    },
  );

  it('that committed although it was reported as failed is not done again', async () => {
    const sent = await send(stack);
    hooks.afterCommit = (point) => {
      if (isLoad(point)) throw new Error('the answer is lost');
    };

    const answer = await stack.load();
    hooks.afterCommit = () => {};
    const again = await stack.load();

    expect([answer.outcome, again.outcome]).toEqual(['loaded', 'nothing_new']);
    await expectOnce(stack, sent);
  });

  it.each([['before'], ['after']] as const)(
    'whose Lambda dies %s its work is done once by the next tick',
    async (when) => {
      const sent = await send(stack);
      stack.admin.faults.add([{ kind: 'lambda_crashes', function: 'loader', when, times: 1 }]);

      const answer = await stack.load();
      const next = await stack.load();

      expect(answer.outcome).toBe('failed');
      expect(['loaded', 'nothing_new']).toContain(next.outcome);
      await expectOnce(stack, sent);
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
    const sent = await send(stack);
    await stack.admin.flush();
    stack.admin.faults.add([{ kind: 's3_fails', operation, key, times: 4 }]);

    const outcomes: string[] = [];
    for (let tick = 0; tick < 4 && !['loaded', 'nothing_new'].includes(outcomes.at(-1) ?? ''); tick += 1) {
      outcomes.push((await stack.load()).outcome);
    }
    stack.admin.faults.clear();
    await stack.load();

    expect(outcomes).not.toContain('parked');
    await expectOnce(stack, sent);
  });

  it('whose token was used up by a failure, with no trace in S3, is done once by a later tick', async () => {
    const sent = await send(stack);
    let failures = 0;
    hooks.before = (point) => {
      if (!isLoad(point) || point.index !== 5 || failures > 0) return;
      failures += 1;
      throw new Error('the disk is full');
    };
    const first = await stack.load();
    await putState(stack, INFLIGHT_KEY, null);

    await stack.load();
    await stack.load();

    expect([first.outcome, failures]).toEqual(['failed', 1]);
    await expectOnce(stack, sent);
  });

  it('that two loaders plan alike is one transaction', async () => {
    const sent = await send(stack);
    await stack.admin.flush();

    const outcomes = (await Promise.all([stack.load(), tickBeside(stack.facts)])).map((answer) => answer.outcome);

    for (const outcome of outcomes) expect(['loaded', 'nothing_new']).toContain(outcome);
    await expectOnce(stack, sent);
  });

  it('that overlaps another one waits, is refused by the ledger, and then takes only the rest', async () => {
    const first = await send(stack);
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
    const second = await send(stack);
    await stack.admin.flush();
    // The other loader does not know of the running statement: only the mutex and the ledger stand between them.
    await putState(stack, INFLIGHT_KEY, null);
    const other = tickBeside(stack.facts);
    const outcomes = [(await loading).outcome, (await other).outcome];

    // The same files twice, then the rest alone: three different batches.
    expect(new Set(names).size).toBe(3);
    expect(outcomes).toEqual(['loaded', 'loaded']);
    await expectOnce(stack, first);
    await expectOnce(stack, second);
  });

  it('keeps a ledger that balances through all of it', () => expectLedgerBalances(stack));
});

it('an object that appears under an hour long past is loaded by the next full listing, and counted as late', async () => {
  await stack.load();
  const event = anEvent();
  const hour = new Date(Date.now() - 30 * 3_600_000);
  const Key = `${hourPrefix('events', hour)}by-hand.gz`;
  const at = hour.toISOString();
  const line = { ...event, event_attributes: {}, event_created: at };
  await createS3Client(stack.facts.aws).send(
    new PutObjectCommand({ Bucket: stack.facts.buckets.events, Key, Body: gzipSync(`${JSON.stringify(line)}\n`) }),
  );
  const rows = () => stack.sql('SELECT 1 FROM dataloaf.events WHERE event_id = $1', [event['event_id']]);

  await putState(stack, FULL_LISTING_KEY, { done_at: new Date(Date.now() - 3_600_000).toISOString(), at: null });
  await stack.load();
  const before = await rows();
  await putState(stack, FULL_LISTING_KEY, { done_at: new Date(Date.now() - 25 * 3_600_000).toISOString(), at: null });
  await stack.load();
  const after = await rows();
  await putState(stack, FULL_LISTING_KEY, null);
  const again = await stack.load();

  expect([before.length, after.length, again.outcome]).toEqual([0, 1, 'nothing_new']);
  const { out } = await dataloaf(['status', '--dir', stack.facts.dir, '--json']);
  expect(JSON.parse(out)).toMatchObject({ late_objects: 1 });
});

it('a load with nothing new sends no SQL at all, and "loaded up to" moves on', async () => {
  await stack.load();
  // Ticks have whole seconds: the next one is to be of another second.
  await stack.admin.advance(1_000);
  const before = Math.floor(stack.admin.now().getTime() / 1_000) * 1_000;
  let statements = 0;
  hooks.before = ({ name = '' }) => {
    // The refresh of the catalogue, which no load waits for, may still be running for the load before.
    if (writerKindOf(name) !== 'catalog') statements += 1;
  };

  const answer = await stack.load();

  expect([answer.outcome, statements]).toEqual(['nothing_new', 0]);
  await until('"loaded up to" to move on', async () => {
    const answer = await fetch(`${stack.facts.insights}/api/freshness`);
    return Date.parse(((await answer.json()) as { loaded_up_to: string }).loaded_up_to) >= before;
  });
});

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
