import type { Row, Statement } from '@dataloaf/core/warehouse/warehouse';
import { describe, expect, it } from 'vitest';
import { createResults } from '../../../src/server/warehouse/cached-rows.ts';
import { createRowCache } from '../../../src/server/warehouse/row-cache.ts';
import { fakeWarehouse } from '../../builders.ts';

const ROWS: readonly Row[] = [{ value: 1 }];
const statement = (name = 'series'): Statement => ({
  name,
  text: `SELECT 1 AS ${name}`,
  params: { event: 'purchase' },
});

function setUp(options: { readonly answer?: () => Promise<readonly Row[]>; readonly timeoutMs?: number } = {}) {
  const warehouse = fakeWarehouse(options.answer ?? (() => ROWS));
  let now = 0;
  const results = createResults({ warehouse, now: () => now, timeoutMs: options.timeoutMs ?? 1_000 });
  return {
    warehouse,
    results,
    passTime(ms: number) {
      now += ms;
    },
  };
}

describe('results', () => {
  it('runs no SQL for the same statement and the same load', async () => {
    const { results, warehouse } = setUp();

    await results.read(statement(), 7);
    const again = await results.read(statement(), 7);

    expect(again).toEqual(ROWS);
    expect(warehouse.asked).toHaveLength(1);
  });

  it('asks again after a load', async () => {
    const { results, warehouse } = setUp();

    await results.read(statement(), 7);
    await results.read(statement(), 8);

    expect(warehouse.asked).toHaveLength(2);
  });

  it('forgets what it knew when the warehouse was rebuilt and counts from the beginning', async () => {
    const { results, warehouse } = setUp();

    await results.read(statement(), 7);
    await results.read(statement(), 1);
    await results.read(statement(), 7);

    expect(warehouse.asked).toHaveLength(3);
  });

  it('tells statements apart by their parameters', async () => {
    const { results, warehouse } = setUp();

    await results.read(statement(), 7);
    await results.read({ ...statement(), params: { event: 'signed_up' } }, 7);

    expect(warehouse.asked).toHaveLength(2);
  });

  it('asks each time while no load is known', async () => {
    const { results, warehouse } = setUp();

    await results.read(statement(), undefined);
    await results.read(statement(), undefined);

    expect(warehouse.asked).toHaveLength(2);
  });

  it('asks again after ten minutes, because an erasure makes no load', async () => {
    const { results, warehouse, passTime } = setUp();

    await results.read(statement(), 7);
    passTime(600_001);
    await results.read(statement(), 7);

    expect(warehouse.asked).toHaveLength(2);
  });

  it('lets readers of one statement wait for it together', async () => {
    const { results, warehouse } = setUp();

    await Promise.all([results.read(statement(), 7), results.read(statement(), 7)]);

    expect(warehouse.asked).toHaveLength(1);
  });

  it('does not keep a failure', async () => {
    let isBroken = true;
    const { results } = setUp({ answer: () => (isBroken ? Promise.reject(new Error('away')) : Promise.resolve(ROWS)) });

    await expect(results.read(statement(), 7)).rejects.toThrow('away');
    isBroken = false;

    await expect(results.read(statement(), 7)).resolves.toEqual(ROWS);
  });

  it('ends the wait, not the statement, which the next reader joins', async () => {
    const gate = withResolvers<readonly Row[]>();
    const { results, warehouse } = setUp({ answer: () => gate.promise, timeoutMs: 5 });

    await expect(results.read(statement(), 7)).rejects.toMatchObject({ status: 504, code: 'query_timeout' });
    gate.resolve(ROWS);

    await expect(results.read(statement(), 7)).resolves.toEqual(ROWS);
    expect(warehouse.asked).toHaveLength(1);
  });

  it('runs at most twelve statements at once', async () => {
    const gate = withResolvers<readonly Row[]>();
    const { results } = setUp({ answer: () => gate.promise });
    const twelve = Array.from({ length: 12 }, (_, index) => results.read(statement(`s${index}`), 7));

    await expect(results.read(statement('one_more'), 7)).rejects.toMatchObject({ code: 'warehouse_busy' });
    gate.resolve(ROWS);

    await expect(Promise.all(twelve)).resolves.toHaveLength(12);
  });
});

describe('the cache of rows', () => {
  const limits = { entriesMax: 2, rowsMax: 5, ageMsMax: 10 };
  const rows = (count: number): readonly Row[] => Array.from({ length: count }, (_, value) => ({ value }));

  it('throws out what was used longest ago', () => {
    const cache = createRowCache(limits);
    cache.set('a', rows(1), 0);
    cache.set('b', rows(1), 0);

    cache.get('a', 0);
    cache.set('c', rows(1), 0);

    expect([cache.get('a', 0), cache.get('b', 0), cache.get('c', 0)]).toEqual([rows(1), undefined, rows(1)]);
  });

  it('holds no more rows than its limit, not even of one entry', () => {
    const cache = createRowCache(limits);

    cache.set('a', rows(4), 0);
    cache.set('b', rows(4), 0);
    cache.set('c', rows(6), 0);

    expect([cache.get('a', 0), cache.get('b', 0), cache.get('c', 0)]).toEqual([undefined, undefined, undefined]);
  });
});

/** `Promise.withResolvers` is not in Node 20. */
function withResolvers<Value>() {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
