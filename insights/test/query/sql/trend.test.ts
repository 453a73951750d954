import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { translate } from '../../../../localstack/src/redshift/translate.ts';
import { compileTrend } from '../../../src/query/sql/trend.ts';
import { settleTrend } from '../../../src/query/time/settle-trend.ts';
import { at } from '../../builders.ts';
import { EXAMPLES, statementsOf } from '../tools/examples.ts';
import { trend } from '../tools/queries.ts';

const MARCH = 'period=2026-03-01..2026-03-31&by=day';
const where = (filter: string): string => `where=${encodeURIComponent(filter)}`;

describe('a trend in SQL', () => {
  it('counts events from the rollup', () => {
    expect(statementsOf(`event=purchase&${MARCH}`)).toMatchInlineSnapshot(`
      [
        {
          "name": "trend_a_present_buckets",
          "params": {
            "p1": "2026-03-01 00:00:00",
            "p2": "2026-04-01 00:00:00",
            "p3": "purchase",
          },
          "text": "SELECT DATE_TRUNC('day', quarter_hour) AS bucket,
        SUM(events) AS value
      FROM dataloaf.event_rollup
      WHERE quarter_hour >= CAST(:p1 AS TIMESTAMP)
        AND quarter_hour < CAST(:p2 AS TIMESTAMP)
        AND event_name = :p3
      GROUP BY 1
      ORDER BY 1
      LIMIT 5000",
        },
      ]
    `);
  });

  it('counts users by grouping twice, with a total of its own', () => {
    expect(statementsOf(`measure=users&${MARCH}`).map(({ text }) => text)).toMatchInlineSnapshot(`
      [
        "SELECT s.bucket, COUNT(*) AS value
      FROM (
      SELECT g.bucket, g.user_id, COUNT(*) AS events
      FROM (
      SELECT DATE_TRUNC('day', e.event_created) AS bucket,
        e.user_id AS user_id
      FROM dataloaf.events AS e
      WHERE e.event_created >= CAST(:p1 AS TIMESTAMP)
        AND e.event_created < CAST(:p2 AS TIMESTAMP)
      ) AS g
      GROUP BY 1, 2
      ) AS s
      GROUP BY 1
      LIMIT 5000",
        "SELECT COUNT(*) AS value
      FROM (
      SELECT g.user_id, COUNT(*) AS events
      FROM (
      SELECT e.user_id AS user_id
      FROM dataloaf.events AS e
      WHERE e.event_created >= CAST(:p1 AS TIMESTAMP)
        AND e.event_created < CAST(:p2 AS TIMESTAMP)
      ) AS g
      GROUP BY 1
      ) AS s",
      ]
    `);
  });

  it('filters, breaks down, and joins what it needs', () => {
    const search = `event=purchase&measure=p90(event.total)&${MARCH}&breakdown=user.plan&top=3&${where(
      'event.country is not DE and did signup at least 2 times in 7 days',
    )}`;

    expect(statementsOf(search)[0]).toMatchInlineSnapshot(`
      {
        "name": "trend_a_present_buckets",
        "params": {
          "p1": "DE",
          "p2": "signup",
          "p3": "2026-03-25 00:00:00",
          "p4": "2026-04-01 00:00:00",
          "p5": "2026-03-01 00:00:00",
          "p6": "purchase",
        },
        "text": "SELECT s.bucket, s.part, PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY s.x) AS value
      FROM (
      SELECT r.bucket, CASE WHEN t.part IS NULL THEN '+' ELSE t.part END AS part, r.user_id, r.x
      FROM (
      SELECT DATE_TRUNC('day', e.event_created) AS bucket,
        NVL(CASE JSON_TYPEOF(u.user_attributes."plan")
            WHEN 'string' THEN 's' || LEFT(CAST(u.user_attributes."plan" AS VARCHAR(65535)), 1000)
            WHEN 'number' THEN 'n' || CAST(u.user_attributes."plan" AS VARCHAR(512))
            WHEN 'boolean' THEN CASE WHEN CAST(u.user_attributes."plan" AS BOOLEAN) THEN 'true' ELSE 'false' END
            WHEN 'array' THEN 'list'
            WHEN 'object' THEN 'object'
          END, '-') AS part,
        e.user_id AS user_id,
        CASE WHEN JSON_TYPEOF(e.event_attributes."total") = 'number' THEN CAST(e.event_attributes."total" AS FLOAT8) END AS x
      FROM dataloaf.events AS e
      LEFT JOIN dataloaf.users AS u ON u.user_id = e.user_id
      LEFT JOIN (
          SELECT user_id
          FROM dataloaf.events
          WHERE event_name = :p2
            AND event_created >= CAST(:p3 AS TIMESTAMP)
        AND event_created < CAST(:p4 AS TIMESTAMP)
          GROUP BY user_id
          HAVING COUNT(*) >= 2
        ) AS d1 ON d1.user_id = e.user_id
      WHERE e.event_created >= CAST(:p5 AS TIMESTAMP)
        AND e.event_created < CAST(:p4 AS TIMESTAMP)
        AND e.event_name = :p6
        AND (CASE WHEN CASE WHEN JSON_TYPEOF(e.event_attributes."country") = 'string' THEN CAST(e.event_attributes."country" AS VARCHAR(65535)) END IN (:p1) THEN 0 ELSE 1 END = 1 AND d1.user_id IS NOT NULL)
      ) AS r
      LEFT JOIN (
      SELECT s.part, PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY s.x) AS value
      FROM (
      SELECT NVL(CASE JSON_TYPEOF(u.user_attributes."plan")
            WHEN 'string' THEN 's' || LEFT(CAST(u.user_attributes."plan" AS VARCHAR(65535)), 1000)
            WHEN 'number' THEN 'n' || CAST(u.user_attributes."plan" AS VARCHAR(512))
            WHEN 'boolean' THEN CASE WHEN CAST(u.user_attributes."plan" AS BOOLEAN) THEN 'true' ELSE 'false' END
            WHEN 'array' THEN 'list'
            WHEN 'object' THEN 'object'
          END, '-') AS part,
        e.user_id AS user_id,
        CASE WHEN JSON_TYPEOF(e.event_attributes."total") = 'number' THEN CAST(e.event_attributes."total" AS FLOAT8) END AS x
      FROM dataloaf.events AS e
      LEFT JOIN dataloaf.users AS u ON u.user_id = e.user_id
      LEFT JOIN (
          SELECT user_id
          FROM dataloaf.events
          WHERE event_name = :p2
            AND event_created >= CAST(:p3 AS TIMESTAMP)
        AND event_created < CAST(:p4 AS TIMESTAMP)
          GROUP BY user_id
          HAVING COUNT(*) >= 2
        ) AS d1 ON d1.user_id = e.user_id
      WHERE e.event_created >= CAST(:p5 AS TIMESTAMP)
        AND e.event_created < CAST(:p4 AS TIMESTAMP)
        AND e.event_name = :p6
        AND (CASE WHEN CASE WHEN JSON_TYPEOF(e.event_attributes."country") = 'string' THEN CAST(e.event_attributes."country" AS VARCHAR(65535)) END IN (:p1) THEN 0 ELSE 1 END = 1 AND d1.user_id IS NOT NULL)
      ) AS s
      GROUP BY 1
      ORDER BY 2 DESC NULLS LAST, 1
      LIMIT 3
      ) AS t ON t.part = r.part
      ) AS s
      GROUP BY 1, 2
      LIMIT 4000",
      }
    `);
  });

  it('adds the offsets of the zone, the latest first', () => {
    expect(statementsOf(`event=purchase&${MARCH}&zone=Europe/Paris`)[0]?.text).toMatchInlineSnapshot(`
      "SELECT DATE_TRUNC('day', quarter_hour + CASE WHEN quarter_hour >= '2026-03-29 01:00:00' THEN 7200 ELSE 3600 END * INTERVAL '1 second') AS bucket,
        SUM(events) AS value
      FROM dataloaf.event_rollup
      WHERE quarter_hour >= CAST(:p1 AS TIMESTAMP)
        AND quarter_hour < CAST(:p2 AS TIMESTAMP)
        AND event_name = :p3
      GROUP BY 1
      ORDER BY 1
      LIMIT 5000"
    `);
  });

  it('cuts hours in UTC unless the zone is off by a part of an hour', () => {
    const bucket = (zone: string) =>
      /SELECT (.*) AS bucket/.exec(statementsOf(`period=2d&by=hour&zone=${zone}`)[0]?.text ?? '')?.[1];

    expect([bucket('America/New_York'), bucket('Asia/Kolkata')]).toEqual([
      "DATE_TRUNC('hour', quarter_hour)",
      "DATE_TRUNC('hour', quarter_hour + 19800 * INTERVAL '1 second') - 19800 * INTERVAL '1 second'",
    ]);
  });

  it('has one sort aggregate in a SELECT, because Redshift wants all of one to share an order', () => {
    for (const { text } of EXAMPLES.flatMap(statementsOf)) {
      for (const select of text.split(/\bSELECT\b/)) {
        expect(select.match(/PERCENTILE_CONT|LISTAGG|MEDIAN/g)?.length ?? 0).toBeLessThanOrEqual(1);
      }
    }
  });

  it('has the same text whatever the values are', () => {
    const hostile = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 30 })
      .filter((text) => !/\0|\p{Surrogate}/u.test(text));
    const texts = (value: string) => {
      const quoted = JSON.stringify(value);
      const filter = `event.a is ${quoted} or event.a contains ${quoted} or did ${quoted} in 3 days`;
      return statementsOf(`event=${encodeURIComponent(value)}&${MARCH}&${where(filter)}`).map(({ text }) => text);
    };

    fc.assert(
      fc.property(hostile, (value) => {
        expect(texts(value)).toEqual(texts('purchase'));
      }),
      { seed: 20261125 },
    );
  });

  it('names every parameter that it uses, and uses every one that it names', () => {
    fc.assert(
      fc.property(trend, (query) => {
        for (const { text, params } of compileTrend(
          settleTrend(query, { extent: undefined, now: at('2026-03-29T02:30:00Z') }),
        )) {
          const translation = translate(text);
          const used = translation.kind === 'query' ? translation.params : [];

          expect([...used].sort()).toEqual(Object.keys(params ?? {}).sort());
        }
      }),
      { seed: 20261125, numRuns: 100 },
    );
  });
});
