/** Builders of test data, and a fake of the warehouse port. */
import type { Row, Statement, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import type { FreshnessAnswer } from '../src/query/freshness.ts';
import type { SeriesAnswer } from '../src/query/series/answer.ts';
import { DEFAULT_SERIES_QUERY, type SeriesQuery, type SeriesQuestion } from '../src/query/series/model.ts';
import type { Failure, GetJson, Got } from '../src/web/page/get-json.ts';

export const at = (text: string): number => Date.parse(text);

export const aSeriesQuery = (part: Partial<SeriesQuery> = {}): SeriesQuery => ({ ...DEFAULT_SERIES_QUERY, ...part });

/** Purchases by day, from 1 to 3 November 2026. */
export const aSeriesQuestion = (part: Partial<SeriesQuestion> = {}): SeriesQuestion => ({
  query: aSeriesQuery({ event: 'purchase' }),
  granularity: 'day',
  range: { from: at('2026-11-01T00:00:00Z'), to: at('2026-11-04T00:00:00Z') },
  extent: undefined,
  ...part,
});

export const aSeriesAnswer = (part: Partial<SeriesAnswer> = {}): SeriesAnswer => ({
  query: '',
  granularity: 'day',
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-11-02T00:00:00.000Z',
  buckets: [],
  total: 0,
  extent: null,
  load_id: null,
  ...part,
});

export const aFreshness = (part: Partial<FreshnessAnswer> = {}): FreshnessAnswer => ({
  loaded_up_to: null,
  checked_at: null,
  load_id: null,
  parked: 0,
  ...part,
});

export interface FakeWarehouse extends Warehouse {
  /** Names of the statements that were run, in order. */
  readonly asked: readonly string[];
}

export function fakeWarehouse(
  answer: (statement: Statement) => readonly Row[] | Promise<readonly Row[]>,
): FakeWarehouse {
  const asked: string[] = [];
  const unused = (): Promise<never> => Promise.reject(new Error('Insights only reads.'));
  return {
    asked,
    async query(statement) {
      asked.push(statement.name);
      return await answer(statement);
    },
    submit: unused,
    wait: unused,
    listStarted: async () => [],
    cancel: unused,
  };
}

/** A server whose responses a test gives by hand, the oldest request first. */
export function fakeGetJson() {
  const waiting: ((got: Got<unknown>) => void)[] = [];
  const signals: (AbortSignal | undefined)[] = [];
  const paths: string[] = [];
  const settle = async (got: Got<unknown>): Promise<void> => {
    waiting.shift()?.(got);
    await new Promise(setImmediate);
  };
  return {
    /** What was requested, in order. */
    paths,
    /** Whether each request that can be aborted was. */
    get aborted() {
      return signals.map((signal) => signal?.aborted);
    },
    getJson: ((path, signal) => {
      paths.push(path);
      signals.push(signal);
      return new Promise((resolve) => waiting.push((got) => resolve(got as Got<never>)));
    }) as GetJson,
    respond: (answer: unknown) => settle({ ok: true, answer }),
    fail: (failure: Failure) => settle({ ok: false, failure }),
  };
}

/** Three days of purchases by four users, one of whom has purchases on two days. */
export function purchases(statement: Statement): readonly Row[] {
  switch (statement.name) {
    case 'extent':
      return [{ first_quarter: '2026-11-01 08:15:00', last_quarter: '2026-11-03 19:45:00' }];
    case 'event_names':
      return [
        { event_name: 'purchase', events: '1203' },
        { event_name: 'signed_up', events: '44' },
      ];
    case 'users_total':
      return [{ value: 4 }];
    case 'series_users_by_day':
      return [
        { bucket: '2026-11-01 00:00:00', value: 3 },
        { bucket: '2026-11-03 00:00:00', value: 2 },
      ];
    default:
      return [
        { bucket: '2026-11-01 00:00:00', value: '1200' },
        { bucket: '2026-11-03 00:00:00.0', value: '3' },
      ];
  }
}
