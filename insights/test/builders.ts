/** Builders of test data, and a fake of the warehouse port. */
import type { Row, Statement, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import type { FreshnessAnswer } from '../src/query/answer/freshness.ts';
import type { TrendAnswer } from '../src/query/answer/trend.ts';
import { DEFAULT_TREND, type TrendQuery } from '../src/query/model/trend.ts';
import type { Failure, GetJson, Got } from '../src/web/page/get-json.ts';

export const at = (text: string): number => Date.parse(text);

export const aTrend = (part: Partial<TrendQuery> = {}): TrendQuery => ({ ...DEFAULT_TREND, ...part });

export const aTrendAnswer = (part: Partial<TrendAnswer> = {}): TrendAnswer => ({
  kind: 'trend',
  query: '',
  granularity: 'day',
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-11-02T00:00:00.000Z',
  starts: [],
  end: at('2026-11-02T00:00:00Z'),
  partial: [],
  series: [],
  compared_with: null,
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
      return [{ first_at: '2026-11-01 08:15:00', last_at: '2026-11-03 19:45:00' }];
    case 'event_names':
      return [
        { event_name: 'purchase', events: '1203' },
        { event_name: 'signed_up', events: '44' },
      ];
    case 'trend_a_present_total':
      return [{ value: 4 }];
    case 'trend_a_previous_buckets':
    case 'trend_a_previous_total':
      return [];
    case 'trend_a_present_buckets':
      if (!statement.text.includes('user_id')) break;
      return [
        { bucket: '2026-11-01 00:00:00', value: 3 },
        { bucket: '2026-11-03 00:00:00', value: 2 },
      ];
  }
  return [
    { bucket: '2026-11-01 00:00:00', value: '1200' },
    { bucket: '2026-11-03 00:00:00.0', value: '3' },
  ];
}
