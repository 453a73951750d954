import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExtent, compileSeries, compileUsersTotal, EVENT_NAMES } from '../../../src/query/series/compile.ts';
import { GRANULARITIES, MEASURES } from '../../../src/query/series/model.ts';
import { aQuestion } from '../../builders.ts';

describe('compile', () => {
  it('counts events from the rollup', () => {
    expect(compileSeries(aQuestion())).toMatchInlineSnapshot(`
      {
        "name": "series_events_by_day",
        "params": {
          "event": "purchase",
          "from": "2026-11-01 00:00:00",
          "to": "2026-11-04 00:00:00",
        },
        "text": "SELECT DATE_TRUNC('day', quarter_hour) AS bucket,
             SUM(events) AS value
      FROM dataloaf.event_rollup
      WHERE quarter_hour >= CAST(:from AS TIMESTAMP)
        AND quarter_hour < CAST(:to AS TIMESTAMP)
        AND event_name = :event
      GROUP BY 1
      ORDER BY 1
      LIMIT 5000",
      }
    `);
  });

  it('counts users exactly from the events', () => {
    expect(
      compileSeries(aQuestion({ measure: 'users', granularity: 'week', event: undefined })),
    ).toMatchInlineSnapshot(`
      {
        "name": "series_users_by_week",
        "params": {
          "from": "2026-11-01 00:00:00",
          "to": "2026-11-04 00:00:00",
        },
        "text": "SELECT DATE_TRUNC('week', event_created) AS bucket,
             COUNT(DISTINCT user_id) AS value
      FROM dataloaf.events
      WHERE event_created >= CAST(:from AS TIMESTAMP)
        AND event_created < CAST(:to AS TIMESTAMP)
      GROUP BY 1
      ORDER BY 1
      LIMIT 5000",
      }
    `);
  });

  it('counts users of the whole range by themselves', () => {
    expect(compileUsersTotal(aQuestion())).toMatchInlineSnapshot(`
      {
        "name": "users_total",
        "params": {
          "event": "purchase",
          "from": "2026-11-01 00:00:00",
          "to": "2026-11-04 00:00:00",
        },
        "text": "SELECT COUNT(DISTINCT user_id) AS value
      FROM dataloaf.events
      WHERE event_created >= CAST(:from AS TIMESTAMP)
        AND event_created < CAST(:to AS TIMESTAMP)
        AND event_name = :event",
      }
    `);
  });

  it('asks for the extent of one event, or of all', () => {
    expect([compileExtent('purchase').text, compileExtent(undefined).text]).toMatchInlineSnapshot(`
      [
        "SELECT MIN(quarter_hour) AS first_quarter,
             MAX(quarter_hour) AS last_quarter
      FROM dataloaf.event_rollup
      WHERE event_name = :event",
        "SELECT MIN(quarter_hour) AS first_quarter,
             MAX(quarter_hour) AS last_quarter
      FROM dataloaf.event_rollup",
      ]
    `);
  });

  it('asks for one name more than is listed', () => {
    expect(EVENT_NAMES.text).toMatchInlineSnapshot(`
      "SELECT event_name,
             SUM(events) AS events
      FROM dataloaf.event_rollup
      GROUP BY event_name
      ORDER BY events DESC, event_name
      LIMIT 201"
    `);
  });

  it('writes years before 1000 with four digits', () => {
    const range = { from: Date.parse('0001-01-01T00:00:00Z'), to: Date.parse('0002-01-01T00:00:00Z') };

    expect(compileSeries(aQuestion({ range })).params).toMatchObject({
      from: '0001-01-01 00:00:00',
      to: '0002-01-01 00:00:00',
    });
  });

  it('has the same text whatever the event is called', () => {
    const harmless = aQuestion();
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.constantFrom(...GRANULARITIES),
        fc.constantFrom(...MEASURES),
        (event, granularity, measure) => {
          const asked = { ...harmless, granularity, measure };

          expect(compileSeries({ ...asked, event }).text).toBe(compileSeries(asked).text);
          expect(compileSeries({ ...asked, event }).params).toMatchObject({ event });
          expect(compileUsersTotal({ ...asked, event }).text).toBe(compileUsersTotal(asked).text);
          expect(compileExtent(event).text).toBe(compileExtent('purchase').text);
        },
      ),
      { seed: 20261122 },
    );
  });
});
