/**
 * Reads from the warehouse, at most once for each statement and load: data changes only with a load, so rows are kept
 * under its id, and a second reader of the same rows waits with the first. Each wait has an end; the statement itself goes
 * on, and whoever asks again joins it.
 */
import { RequestError } from '@dataloaf/core/errors';
import type { Row, Statement, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { CACHE_AGE_MS_MAX, CACHE_ENTRIES_MAX, CACHE_ROWS_MAX, QUERIES_RUNNING_MAX } from '../../query/limits.ts';
import { createRowCache } from './row-cache.ts';

export interface ResultsOptions {
  readonly warehouse: Warehouse;
  readonly now: () => number;
  readonly timeoutMs: number;
}

export interface Results {
  /** `loadId` undefined: not known, so nothing is kept. @throws RequestError, WarehouseError */
  read(statement: Statement, loadId: number | undefined): Promise<readonly Row[]>;
}

export function createResults({ warehouse, now, timeoutMs }: ResultsOptions): Results {
  const cache = createRowCache({ entriesMax: CACHE_ENTRIES_MAX, rowsMax: CACHE_ROWS_MAX, ageMsMax: CACHE_AGE_MS_MAX });
  const running = new Map<string, Promise<readonly Row[]>>();
  let newest: number | undefined;

  const ask = async (key: string, statement: Statement, loadId: number | undefined): Promise<readonly Row[]> => {
    const rows = await warehouse.query(statement);
    // A later load may have come while this one ran; its rows are then of no use to anyone.
    if (loadId !== undefined && loadId === newest) cache.set(key, rows, now());
    return rows;
  };
  const start = (key: string, statement: Statement, loadId: number | undefined): Promise<readonly Row[]> => {
    if (running.size >= QUERIES_RUNNING_MAX) throw busy();
    const rows = ask(key, statement, loadId);
    running.set(key, rows);
    const end = (): boolean => running.delete(key);
    rows.then(end, end);
    return rows;
  };
  return {
    async read(statement, loadId) {
      // Not "greater": a restored or rebuilt warehouse counts its loads from the beginning.
      if (loadId !== newest) cache.clear();
      newest = loadId;
      const key = JSON.stringify([loadId ?? null, statement.text, statement.params ?? {}]);
      const kept = loadId === undefined ? undefined : cache.get(key, now());
      if (kept !== undefined) return kept;
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
    message: `The warehouse has not answered within ${timeoutMs / 1_000} seconds.`,
    hint: 'Try again, which waits for the same query, or choose a shorter period.',
  });

const busy = (): RequestError =>
  new RequestError(503, 'warehouse_busy', {
    message: `${QUERIES_RUNNING_MAX} queries are running already.`,
    hint: 'Try again in a few seconds.',
  });
