import { WarehouseError } from '@dataloaf/core/errors';
import { DIRECT_LEASE_MS, STATEMENT_AGE_MS_MAX } from '@dataloaf/core/limits';
import { DIRECT_LEASE_KEY, INFLIGHT_KEY } from '@dataloaf/core/storage-keys';
import { describe, expect, it } from 'vitest';
import { mergeStatements } from '../src/merge-statements.ts';
import { aWorld } from './a-world.ts';

describe('a direct merge', () => {
  it('submits one transaction for all updates of a request, under the name of its object', async () => {
    const { aMerge, submitted } = aWorld();

    await aMerge().apply(['{}\n', '{}\n']);

    expect(submitted.map(({ token }) => token)).toEqual(['merge-1']);
    expect(submitted[0]?.statements).toEqual(
      mergeStatements({
        mergeId: 'merge-1',
        uri: 's3://dl-events/direct/merge-1.ndjson',
        roleArn: 'arn:aws:iam::000000000000:role/copy',
      }),
    );
  });

  it('leaves the update to the load while its last statement is unfinished', async () => {
    const world = aWorld();
    const merge = world.aMerge();

    await merge.apply(['{}\n']);
    await merge.apply(['{}\n']);
    world.status = 'finished';
    await merge.apply(['{}\n']);

    expect(world.submitted.length).toBe(2);
  });

  it('goes on after one that failed, and says so', async () => {
    const world = aWorld({ status: 'failed' });
    const merge = world.aMerge();

    await merge.apply(['{}\n']);
    await merge.apply(['{}\n']);

    expect(world.submitted.length).toBe(2);
    expect(world.warnings).toEqual(['direct merge failed; the load applies it']);
  });

  it('never fails the request when the warehouse refuses', async () => {
    const world = aWorld({ submitError: new WarehouseError('data_api_failed', 'busy', { isRetryable: true }) });

    await world.aMerge().apply(['{}\n']);

    expect(world.warnings).toEqual(['direct merge not started; the load applies it']);
  });

  it('does nothing for a request of which nothing was stored', async () => {
    const { aMerge, submitted, objects } = aWorld();

    await aMerge().apply([]);

    expect(submitted).toEqual([]);
    expect(objects.size).toBe(0);
  });
});

describe('a direct merge and the load', () => {
  const INFLIGHT = { batch_id: 'b', attempt: 1, statement_id: 's' };

  it('gives way while a load is in flight, without taking the lease', async () => {
    const world = aWorld();
    world.put(INFLIGHT_KEY, INFLIGHT);

    await world.aMerge().apply(['{}\n']);
    const keys = [...world.objects.keys()];
    world.put(INFLIGHT_KEY, null);
    await world.aMerge().apply(['{}\n']);

    expect(keys).toEqual([INFLIGHT_KEY]);
    expect(world.submitted.length).toBe(1);
  });

  it('does not wait for ever for a loader that has left its note', async () => {
    const world = aWorld();
    world.put(INFLIGHT_KEY, INFLIGHT);
    world.nowMs += STATEMENT_AGE_MS_MAX;

    await world.aMerge().apply(['{}\n']);

    expect(world.submitted.length).toBe(1);
  });
});

describe('the lease of the direct merge', () => {
  it('is held by one function while its statement runs, and passes to another when that has ended', async () => {
    const world = aWorld();
    const [one, other] = [world.aMerge(), world.aMerge()];

    await one.apply(['{}\n']);
    await other.apply(['{}\n']);
    const whileRunning = world.submitted.length;
    world.status = 'finished';
    await other.apply(['{}\n']);

    expect(whileRunning).toBe(1);
    expect(world.submitted.map(({ name }) => name)).toEqual(['direct-merge-1', 'direct-merge-2']);
  });

  it('goes to exactly one of many functions that want it at once', async () => {
    const world = aWorld();

    await Promise.all(Array.from({ length: 20 }, () => world.aMerge().apply(['{}\n'])));

    expect(world.submitted.length).toBe(1);
    expect(world.warnings).toEqual([]);
  });

  it('of a function that was killed before its submit expires by its age', async () => {
    const world = aWorld();
    world.put(DIRECT_LEASE_KEY, { merge_id: 'dead', statement_id: null });

    world.nowMs += DIRECT_LEASE_MS - 1;
    await world.aMerge().apply(['{}\n']);
    const before = world.submitted.length;
    world.nowMs += 1;
    await world.aMerge().apply(['{}\n']);

    expect(before).toBe(0);
    expect(world.submitted.length).toBe(1);
  });

  it('of a function that was killed after its submit does not expire while the statement runs', async () => {
    const world = aWorld();
    world.put(DIRECT_LEASE_KEY, { merge_id: 'dead', statement_id: null });
    world.nowMs += 10 * DIRECT_LEASE_MS;
    world.live.push('direct-dead');

    await world.aMerge().apply(['{}\n']);
    const before = world.submitted.length;
    world.live.length = 0;
    await world.aMerge().apply(['{}\n']);

    expect(before).toBe(0);
    expect(world.submitted.length).toBe(1);
  });

  it('expires by its age when the function may not look at the statement of another', async () => {
    const world = aWorld();
    world.put(DIRECT_LEASE_KEY, { merge_id: 'theirs', statement_id: 's-theirs' });
    world.waitError = new WarehouseError('data_api_failed', 'AccessDenied', { isRetryable: false });

    await world.aMerge().apply(['{}\n']);
    const before = world.submitted.length;
    world.nowMs += DIRECT_LEASE_MS;
    await world.aMerge().apply(['{}\n']);

    expect(before).toBe(0);
    expect(world.submitted.length).toBe(1);
  });

  it.each([
    ['no JSON', 'torn{'],
    ['another form', { holder: 7 }],
    ['null', null],
  ])('that is %s counts as taken until it is old', async (_, body) => {
    const world = aWorld();
    world.put(DIRECT_LEASE_KEY, body);

    await world.aMerge().apply(['{}\n']);
    const before = world.submitted.length;
    world.nowMs += DIRECT_LEASE_MS;
    await world.aMerge().apply(['{}\n']);

    expect(before).toBe(0);
    expect(world.submitted.length).toBe(1);
  });

  it('that seems to be written in the future does not stay young for ever', async () => {
    const world = aWorld();
    world.put(DIRECT_LEASE_KEY, { merge_id: 'dead', statement_id: null });
    world.nowMs -= 365 * 86_400_000;

    await world.aMerge().apply(['{}\n']);

    expect(world.submitted.length).toBe(1);
  });

  it('that is far too large is not read, and counts as taken until it is old', async () => {
    const world = aWorld();
    world.put(DIRECT_LEASE_KEY, 'x'.repeat(100_000));

    await world.aMerge().apply(['{}\n']);
    const before = world.submitted.length;
    world.nowMs += DIRECT_LEASE_MS;
    await world.aMerge().apply(['{}\n']);

    expect(before).toBe(0);
    expect(world.submitted.length).toBe(1);
    expect(world.bodiesRead).not.toContain(100_000);
  });

  it('is recognised by the function whose put was sent twice', async () => {
    const world = aWorld();
    world.isNextPutSentTwice = true;

    await world.aMerge().apply(['{}\n']);

    expect(world.submitted.length).toBe(1);
    expect(JSON.parse(world.objects.get(DIRECT_LEASE_KEY)?.body ?? '')).toEqual({
      merge_id: 'merge-1',
      statement_id: 's1',
    });
  });

  it('does not cover a submit after it expired', async () => {
    const world = aWorld();
    world.onObjectPut = () => {
      world.nowMs += DIRECT_LEASE_MS;
    };

    await world.aMerge().apply(['{}\n']);

    expect(world.submitted).toEqual([]);
    expect(world.warnings).toEqual(['direct merge not started; the load applies it']);
  });
});
