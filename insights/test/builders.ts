/** Builders and the fake behind the warehouse port. */
import type { Row, Statement, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { DEFAULT_QUERY, type Query, type Question } from '../src/query/series/model.ts';

export const at = (text: string): number => Date.parse(text);

export const aQuery = (part: Partial<Query> = {}): Query => ({ ...DEFAULT_QUERY, ...part });

export const aQuestion = (part: Partial<Question> = {}): Question => ({
  event: 'purchase',
  measure: 'events',
  granularity: 'day',
  range: { from: at('2026-11-01T00:00:00Z'), to: at('2026-11-04T00:00:00Z') },
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

/** Three days of purchases, four users in all, one of whom came on two days. */
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
