/** Random trends over a random sample on Postgres, against the same answers computed from the items. */
import type { Row as WarehouseRow } from '@dataloaf/core/warehouse/warehouse';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestLoads, type TestLoads } from '../../../core/test/warehouse/sql/test-loads.ts';
import type { TrendAnswer } from '../../src/query/answer/trend.ts';
import type { TrendQuery } from '../../src/query/model/trend.ts';
import { settleTrend } from '../../src/query/time/settle-trend.ts';
import { TREND } from '../../src/query/trend.ts';
import { formatTrend, parseTrend } from '../../src/query/url/trend.ts';
import { runQuery } from '../../src/server/run-query.ts';
import { expectedLines, USER_CREATED } from './tools/brute-force.ts';
import { trend } from './tools/queries.ts';
import { makeSample, type Sample } from './tools/sample.ts';

const RUNS = Number(process.env['DATALOAF_RANDOM_QUESTIONS'] ?? 150);
const SEED = 20261125;
/** In the middle of the sample, so that some buckets are open. */
const now = Date.parse('2026-03-29T02:30:00Z');

let loads: TestLoads;
let sample: Sample;
beforeAll(async () => {
  loads = await startTestLoads();
  sample = makeSample(SEED, 400);
  const iso = (ms: number): string => new Date(ms).toISOString();
  const events = sample.events.map(({ event_id, event_name, user_id, at, attributes }) => ({
    event_id,
    event_name,
    user_id,
    event_created: iso(at),
    event_attributes: attributes,
  }));
  await loads.load({
    // Half of the events twice: a repeat counts once.
    events: [...events, ...events.slice(0, 200)],
    creates: [...sample.users].map(([user_id, user_attributes]) => ({
      user_id,
      user_attributes,
      op_id: `create-${user_id}`,
      op_at: iso(USER_CREATED),
    })),
  });
}, 60_000);
afterAll(() => loads.stop());

/** Cells as the Data API returns them. */
const cellOf = (value: unknown): WarehouseRow[string] =>
  value instanceof Date ? value.toISOString().slice(0, 23).replace('T', ' ') : (value as WarehouseRow[string]);

const ask = (query: TrendQuery): Promise<TrendAnswer> =>
  runQuery(TREND, query, {
    read: async (statement) =>
      (await loads.transact([statement])).map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cellOf(value)])),
      ),
    asOf: { now, completeTo: now, loadId: 1 },
  });

/** Sums of doubles depend on their order. */
const rounded = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(9)));

it(`answers ${RUNS} random trends as the items say`, { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(trend, async (query) => {
      const parsed = parseTrend(formatTrend(query));
      expect(parsed).toEqual({ ok: true, value: query });

      const answer = await ask(query);

      const extent =
        answer.extent === null ? undefined : { from: Date.parse(answer.extent.from), to: Date.parse(answer.extent.to) };
      const question = settleTrend(query, { extent, now });
      const edges = [...answer.starts, answer.end];
      for (const [index, series] of query.series.entries()) {
        const lines = answer.series[index]?.lines ?? [];
        const expected = expectedLines(sample, question, series, edges);
        const comparable = (
          list: readonly { part: unknown; values: readonly (number | null)[]; total: number | null }[],
        ) =>
          list
            .map(({ part, values, total }) => ({ part, values: values.map(rounded), total: rounded(total) }))
            .toSorted((left, right) => JSON.stringify(left.part).localeCompare(JSON.stringify(right.part)));
        expect(comparable(lines)).toEqual(comparable(expected));
      }
    }),
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  );
});
