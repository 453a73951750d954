import type { Row, Statement } from '@dataloaf/core/warehouse/warehouse';
import { describe, expect, it } from 'vitest';
import { createCachedRows } from '../../../src/server/warehouse/cached-rows.ts';
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
  const rows = createCachedRows({ warehouse, now: () => now }, options.timeoutMs ?? 1_000);
  return {
    warehouse,
    rows,
    passTime(ms: number) {
      now += ms;
    },
  };
}

describe('cached rows', () => {
  it('run no SQL for the same statement and the same load', async () => {
    const { rows, warehouse } = setUp();

    await rows.read(statement(), 7);
    const again = await rows.read(statement(), 7);

    expect(again).toEqual(ROWS);
    expect(warehouse.asked).toHaveLength(1);
  });

  it('are read again after a load', async () => {
    const { rows, warehouse } = setUp();

    await rows.read(statement(), 7);
    await rows.read(statement(), 8);

    expect(warehouse.asked).toHaveLength(2);
  });

  it('are dropped when the warehouse was rebuilt and numbers its loads from the beginning', async () => {
    const { rows, warehouse } = setUp();

    await rows.read(statement(), 7);
    await rows.read(statement(), 1);
    await rows.read(statement(), 7);

    expect(warehouse.asked).toHaveLength(3);
  });

  it('differ for statements with different parameters', async () => {
    const { rows, warehouse } = setUp();

    await rows.read(statement(), 7);
    await rows.read({ ...statement(), params: { event: 'signed_up' } }, 7);

    expect(warehouse.asked).toHaveLength(2);
  });

  it('are read each time while no load is known', async () => {
    const { rows, warehouse } = setUp();

    await rows.read(statement(), undefined);
    await rows.read(statement(), undefined);

    expect(warehouse.asked).toHaveLength(2);
  });

  it('are read again after ten minutes, because an erasure makes no load', async () => {
    const { rows, warehouse, passTime } = setUp();

    await rows.read(statement(), 7);
    passTime(600_001);
    await rows.read(statement(), 7);

    expect(warehouse.asked).toHaveLength(2);
  });

  it('come from one run for concurrent readers of a statement', async () => {
    const { rows, warehouse } = setUp();

    await Promise.all([rows.read(statement(), 7), rows.read(statement(), 7)]);

    expect(warehouse.asked).toHaveLength(1);
  });

  it('never include a failure', async () => {
    let isBroken = true;
    const { rows } = setUp({ answer: () => (isBroken ? Promise.reject(new Error('down')) : Promise.resolve(ROWS)) });

    await expect(rows.read(statement(), 7)).rejects.toThrow('down');
    isBroken = false;

    await expect(rows.read(statement(), 7)).resolves.toEqual(ROWS);
  });

  it('end the wait after a time limit, but not the statement, which the next reader joins', async () => {
    const gate = withResolvers<readonly Row[]>();
    const { rows, warehouse } = setUp({ answer: () => gate.promise, timeoutMs: 5 });

    await expect(rows.read(statement(), 7)).rejects.toMatchObject({ status: 504, code: 'query_timeout' });
    gate.resolve(ROWS);

    await expect(rows.read(statement(), 7)).resolves.toEqual(ROWS);
    expect(warehouse.asked).toHaveLength(1);
  });

  it('take at most twelve statements at once, let a hundred wait, and refuse the next', async () => {
    const gate = withResolvers<readonly Row[]>();
    const { rows, warehouse } = setUp({ answer: () => gate.promise });
    const taken = Array.from({ length: 112 }, (_, index) => rows.read(statement(`s${index}`), 7));

    await expect(rows.read(statement('one_more'), 7)).rejects.toMatchObject({ code: 'warehouse_busy' });
    expect(warehouse.asked).toHaveLength(12);
    gate.resolve(ROWS);

    await expect(Promise.all(taken)).resolves.toHaveLength(112);
  });

  it('are not asked for when their readers have given up before it was their turn', async () => {
    const gate = withResolvers<readonly Row[]>();
    const { rows, warehouse, passTime } = setUp({ answer: () => gate.promise });
    const running = Array.from({ length: 12 }, (_, index) => rows.read(statement(`s${index}`), 7));
    const late = rows.read(statement('late'), 7).catch((error: unknown) => error);

    passTime(1_001);
    gate.resolve(ROWS);

    await Promise.all(running);
    expect(await late).toMatchObject({ code: 'query_timeout' });
    expect(warehouse.asked).toHaveLength(12);
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
