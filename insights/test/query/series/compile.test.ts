import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSeries } from '../../../src/query/series/compile.ts';
import { MEASURES } from '../../../src/query/series/model.ts';
import { GRANULARITIES } from '../../../src/query/time/model.ts';
import { aSeriesQuery, aSeriesQuestion } from '../../builders.ts';

describe('compileSeries', () => {
  it('counts events from the rollup', () => {
    expect(compileSeries(aSeriesQuestion())[0]).toMatchInlineSnapshot(`
      {
        "name": "series_events_by_day",
        "params": {
          "event": "purchase",
          "range_from": "2026-11-01 00:00:00",
          "range_to": "2026-11-04 00:00:00",
        },
        "text": "SELECT DATE_TRUNC('day', quarter_hour) AS bucket,
             SUM(events) AS value
      FROM dataloaf.event_rollup
      WHERE quarter_hour >= CAST(:range_from AS TIMESTAMP)
        AND quarter_hour < CAST(:range_to AS TIMESTAMP)
        AND event_name = :event
      GROUP BY 1
      ORDER BY 1
      LIMIT 5000",
      }
    `);
  });

  it('counts users exactly from the events', () => {
    expect(
      compileSeries(aSeriesQuestion({ query: aSeriesQuery({ measure: 'users' }), granularity: 'week' }))[0],
    ).toMatchInlineSnapshot(`
      {
        "name": "series_users_by_week",
        "params": {
          "range_from": "2026-11-01 00:00:00",
          "range_to": "2026-11-04 00:00:00",
        },
        "text": "SELECT DATE_TRUNC('week', event_created) AS bucket,
             COUNT(DISTINCT user_id) AS value
      FROM dataloaf.events
      WHERE event_created >= CAST(:range_from AS TIMESTAMP)
        AND event_created < CAST(:range_to AS TIMESTAMP)
      GROUP BY 1
      ORDER BY 1
      LIMIT 5000",
      }
    `);
  });

  it('counts users of the whole range by themselves', () => {
    expect(
      compileSeries(aSeriesQuestion({ query: aSeriesQuery({ event: 'purchase', measure: 'users' }) }))[1],
    ).toMatchInlineSnapshot(`
      {
        "name": "users_total",
        "params": {
          "event": "purchase",
          "range_from": "2026-11-01 00:00:00",
          "range_to": "2026-11-04 00:00:00",
        },
        "text": "SELECT COUNT(DISTINCT user_id) AS value
      FROM dataloaf.events
      WHERE event_created >= CAST(:range_from AS TIMESTAMP)
        AND event_created < CAST(:range_to AS TIMESTAMP)
        AND event_name = :event",
      }
    `);
  });

  it('writes years before 1000 with four digits', () => {
    const range = { from: Date.parse('0001-01-01T00:00:00Z'), to: Date.parse('0002-01-01T00:00:00Z') };

    expect(compileSeries(aSeriesQuestion({ range }))[0]?.params).toMatchObject({
      range_from: '0001-01-01 00:00:00',
      range_to: '0002-01-01 00:00:00',
    });
  });

  it('has the same text whatever the event is called', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.constantFrom(...GRANULARITIES),
        fc.constantFrom(...MEASURES),
        (event, granularity, measure) => {
          const compiled = (name: string) =>
            compileSeries(aSeriesQuestion({ query: aSeriesQuery({ event: name, measure }), granularity }));
          const textsOf = (name: string) => compiled(name).map(({ text }) => text);

          expect(textsOf(event)).toEqual(textsOf('purchase'));
          for (const { params } of compiled(event)) expect(params).toMatchObject({ event });
        },
      ),
      { seed: 20261122 },
    );
  });
});
