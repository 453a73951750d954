/**
 * Reads from the warehouse, at most once for each statement and load. Data changes only with a load, so the cache is valid
 * for one load id. Concurrent readers of the same statement share one run. A reader's wait has a time limit, but the
 * statement runs on, and a later reader joins it.
 */
import { RequestError } from '@dataloaf/core/errors';
import type { Row, Statement, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import {
  CACHE_AGE_MS_MAX,
  CACHE_ENTRIES_MAX,
  CACHE_ROWS_MAX,
  QUERIES_RUNNING_MAX,
  QUERIES_WAITING_MAX,
} from '../limits.ts';
import { createGate } from './gate.ts';
import { createRowCache } from './row-cache.ts';

export interface CachedRowsPorts {
  readonly warehouse: Warehouse;
  readonly now: () => number;
}

export interface CachedRows {
  /** `loadId` is undefined when it is not known: then nothing is cached. @throws RequestError, WarehouseError */
  read(statement: Statement, loadId: number | undefined): Promise<readonly Row[]>;
  /** How long the warehouse took for these rows, which `read` returned, in milliseconds. */
  msOf(rows: readonly Row[]): number | undefined;
}

export function createCachedRows({ warehouse, now }: CachedRowsPorts, timeoutMs: number): CachedRows {
  const cache = createRowCache({ entriesMax: CACHE_ENTRIES_MAX, rowsMax: CACHE_ROWS_MAX, ageMsMax: CACHE_AGE_MS_MAX });
  const gate = createGate({ runningMax: QUERIES_RUNNING_MAX, waitingMax: QUERIES_WAITING_MAX });
  /** Running or waiting. */
  const running = new Map<string, Promise<readonly Row[]>>();
  const timings = new WeakMap<readonly Row[], number>();
  let newest: number | undefined;

  const query = async (key: string, statement: Statement, loadId: number | undefined): Promise<readonly Row[]> => {
    const startedAt = now();
    const rows = await warehouse.query(statement);
    timings.set(rows, now() - startedAt);
    // After a newer load, which may have happened meanwhile, nobody would use these rows.
    if (loadId !== undefined && loadId === newest) cache.set(key, rows, now());
    return rows;
  };
  const start = (key: string, statement: Statement, loadId: number | undefined): Promise<readonly Row[]> => {
    const since = now();
    const rows = gate.run(() => {
      // Its readers have given up while it waited.
      if (now() - since > timeoutMs) throw timedOut(timeoutMs);
      return query(key, statement, loadId);
    });
    if (rows === undefined) throw busy();
    running.set(key, rows);
    const end = (): boolean => running.delete(key);
    rows.then(end, end);
    return rows;
  };
  return {
    msOf: (rows) => timings.get(rows),
    async read(statement, loadId) {
      // Not "greater": a restored or rebuilt warehouse numbers its loads from the beginning.
      if (loadId !== newest) cache.clear();
      newest = loadId;
      const key = JSON.stringify([loadId ?? null, statement.text, statement.params ?? {}]);
      const cached = loadId === undefined ? undefined : cache.get(key, now());
      if (cached !== undefined) return cached;
      return await withDeadline(running.get(key) ?? start(key, statement, loadId), timeoutMs);
    },
  };
}

async function withDeadline<Value>(promise: Promise<Value>, timeoutMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(timedOut(timeoutMs)), timeoutMs);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

const timedOut = (timeoutMs: number): RequestError =>
  new RequestError(504, 'query_timeout', {
    message: `The query did not finish within ${timeoutMs / 1_000} seconds.`,
    hint: 'Try again to wait for the same query, or choose a shorter period.',
  });

const busy = (): RequestError =>
  new RequestError(503, 'warehouse_busy', {
    message: `Too many queries: ${QUERIES_RUNNING_MAX} are running and ${QUERIES_WAITING_MAX} wait.`,
    hint: 'Try again in a few seconds.',
  });
