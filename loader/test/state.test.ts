import type { S3Client } from '@aws-sdk/client-s3';
import { CATALOG_KEY, INFLIGHT_KEY, LAST_TICK_KEY, LOADED_FILES_KEY } from '@dataloaf/core/storage-keys';
import { describe, expect, it } from 'vitest';
import { createStateStore } from '../src/state.ts';

/** S3 at its port: objects by key. */
function aStore(objects: Record<string, string> = {}) {
  const send = async ({ input }: { input: { Key: string; Body?: string } }) => {
    if (input.Body !== undefined) {
      objects[input.Key] = input.Body;
      return {};
    }
    const text = objects[input.Key];
    if (text === undefined) throw Object.assign(new Error('no such key'), { name: 'NoSuchKey' });
    return { Body: { transformToString: async () => text } };
  };
  return { store: createStateStore({ send } as unknown as S3Client, 'dl-events'), objects };
}

const LAST_TICK = {
  checkedAt: new Date('2026-11-22T06:00:00Z'),
  completeTo: new Date('2026-11-22T05:00:00Z'),
  loadId: 7,
  parked: 1,
  late: 0,
};
const LOADED = { load_id: 7, from: 'dt=2026-11-21/hr=04/', to: null, keys: ['s3://b/k'] };
const INFLIGHT = { batch_id: 'b', attempt: 2, statement_id: 's' };

describe('the state', () => {
  it('is read as it was written', async () => {
    const { store } = aStore();

    await store.writeLastTick(LAST_TICK);
    await store.writeLoadedObjects(LOADED);
    await store.writeInflight(INFLIGHT);
    await store.writeRefresh({ load_id: 7, statement_id: 's' });
    await store.writeFullListing({ doneAt: new Date('2026-11-21T06:00:00Z'), at: 'dt=2026-10-01/hr=04/x' });

    expect(await store.readLastTick()).toEqual(LAST_TICK);
    expect(await store.readLoadedObjects()).toEqual(LOADED);
    expect(await store.readInflight()).toEqual(INFLIGHT);
    expect(await store.readRefresh()).toEqual({ load_id: 7, statement_id: 's' });
    expect(await store.readFullListing()).toEqual({
      doneAt: new Date('2026-11-21T06:00:00Z'),
      at: 'dt=2026-10-01/hr=04/x',
    });
  });

  it('is absent before the first tick, and after the loader forgets it', async () => {
    const { store } = aStore();
    const read = async () => [await store.readLastTick(), await store.readLoadedObjects(), await store.readInflight()];

    expect(await read()).toEqual([undefined, undefined, undefined]);

    await store.writeLastTick(LAST_TICK);
    await store.writeLoadedObjects(LOADED);
    await store.forget();
    expect(await read()).toEqual([undefined, undefined, undefined]);
  });

  it.each(['', 'null', '7', '[]', '{}', '{"load_id":7,', '{"attempt":"2","keys":[1],"parked":"1"}'])(
    'counts as absent when it cannot be parsed: %s',
    async (text) => {
      const { store } = aStore({
        [LAST_TICK_KEY]: text,
        [LOADED_FILES_KEY]: text,
        [INFLIGHT_KEY]: text,
        [CATALOG_KEY]: text,
      });

      expect(await store.readLastTick()).toBeUndefined();
      expect(await store.readRefresh()).toBeUndefined();
      expect(await store.readLoadedObjects()).toBeUndefined();
      expect(await store.readInflight()).toBeUndefined();
    },
  );

  it('is not absent when S3 fails: the error passes on', async () => {
    const send = async () => {
      throw Object.assign(new Error('S3 is down'), { name: 'ServiceUnavailable' });
    };
    const store = createStateStore({ send } as unknown as S3Client, 'dl-events');

    await expect(store.readInflight()).rejects.toThrow('S3 is down');
  });
});
