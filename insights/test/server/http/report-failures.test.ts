import { RequestError, WarehouseError } from '@dataloaf/core/errors';
import type { Log } from '@dataloaf/core/log';
import { afterEach, describe, expect, it } from 'vitest';
import { createFailureReport } from '../../../src/server/http/report-failures.ts';
import { fakeWarehouse, purchases } from '../../builders.ts';
import { get, start, stopAll } from '../running-insights.ts';

afterEach(stopAll);

/** A log that keeps its lines. */
function aLog() {
  const lines: Record<string, unknown>[] = [];
  const add = (level: string) => (fields: object, message: string) => void lines.push({ level, message, ...fields });
  return { lines, log: { info: add('info'), warn: add('warn'), error: add('error') } as unknown as Log };
}

const BUSY = new RequestError(503, 'warehouse_busy', { message: 'Too many queries.' });
const AT = { path: '/api/series', status: 503 };

describe('failures', () => {
  it('of one cause are one line a minute, which counts the others', () => {
    const { lines, log } = aLog();
    let now = 0;
    const report = createFailureReport({ log, now: () => now });

    for (let n = 0; n < 200; n += 1) report(BUSY, AT);
    now = 60_000;
    report(BUSY, AT);

    const line = {
      level: 'warn',
      message: 'request refused',
      code: 'warehouse_busy',
      reason: 'Too many queries.',
      ...AT,
    };
    expect(lines).toEqual([line, { ...line, alsoFailed: 199 }]);
  });

  it('of different causes are a line each', () => {
    const { lines, log } = aLog();
    const report = createFailureReport({ log, now: () => 0 });

    report(BUSY, AT);
    report(new WarehouseError('query_failed', 'no', { isRetryable: false }), { ...AT, status: 502 });

    expect(lines.map(({ level, code }) => [level, code])).toEqual([
      ['warn', 'warehouse_busy'],
      ['error', 'query_failed'],
    ]);
  });

  it('that we have no class for keep their stack', () => {
    const { lines, log } = aLog();
    const error = new TypeError('x is undefined');

    createFailureReport({ log, now: () => 0 })(error, { ...AT, status: 500 });

    expect(lines).toEqual([{ level: 'error', message: 'request failed', err: error, path: AT.path, status: 500 }]);
  });
});

it('200 questions at once are answered or refused with 503 and Retry-After, with one warning and no stack', async () => {
  const { lines, log } = aLog();
  const warehouse = fakeWarehouse(async (statement) => {
    // Slow until somebody was refused.
    while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    return purchases(statement);
  });
  const url = await start({ warehouse, log });

  const got = await Promise.all(
    Array.from({ length: 200 }, (_, n) => get(`${url}/api/query?event=e${n}&period=2026-11-01..2026-11-03`)),
  );

  const statuses = got.map(({ status, headers }) => `${status} ${headers['retry-after'] ?? ''}`);
  expect(new Set(statuses)).toEqual(new Set(['200 ', '503 2']));
  expect(lines).toEqual([expect.objectContaining({ level: 'warn', code: 'warehouse_busy', status: 503 })]);
  expect(lines[0]).not.toHaveProperty('err');
});
