import { describe, expect, it } from 'vitest';
import { prepareDatabase } from '../../src/redshift/prepare-database.ts';
import { connect, runRedshift, useRedshift } from '../tools/redshift-fixture.ts';

const redshift = useRedshift();

const evaluate = async (expression: string): Promise<unknown> => {
  const [row] = await runRedshift(redshift.client, `SELECT ${expression} AS x`);
  return row?.x;
};

describe('the local warehouse', () => {
  it.each([
    [`JSON_PARSE('"pro"')::VARCHAR`, 'pro'],
    [`JSON_PARSE('12.50')::VARCHAR`, '12.50'],
    [`JSON_PARSE('true')::VARCHAR(3)`, 'tru'],
    [`JSON_PARSE('null')::VARCHAR`, null],
    [`JSON_PARSE('{"a":1}')::VARCHAR`, null],
    [`JSON_TYPEOF(JSON_PARSE('1.5'))`, 'number'],
    [`JSON_TYPEOF(JSON_PARSE('"a"'))`, 'string'],
    [`JSON_TYPEOF(JSON_PARSE('{}'))`, 'object'],
    [`JSON_TYPEOF(JSON_PARSE('[]'))`, 'array'],
    [`JSON_TYPEOF(JSON_PARSE('false'))`, 'boolean'],
    [`JSON_TYPEOF(JSON_PARSE('null'))`, 'null'],
    [`IS_VARCHAR(JSON_PARSE('"a"'))`, true],
    [`IS_VARCHAR(JSON_PARSE('1'))`, false],
    [
      `JSON_SERIALIZE(JSON_PARSE('{"a": [1, "x, y: z"], "b": {"c": null, "d": []}, "e": 2500315.63}'))`,
      '{"a":[1,"x, y: z"],"b":{"c":null,"d":[]},"e":2500315.63}',
    ],
    [`JSON_SERIALIZE(CAST(NULL AS SUPER))`, 'null'],
    [`JSON_SERIALIZE(OBJECT('k "q"', JSON_PARSE('[1, 2]')))`, '{"k \\"q\\"":[1,2]}'],
    [`JSON_SERIALIZE(OBJECT('k', 'text'))`, '{"k":"text"}'],
    [`JSON_SERIALIZE(OBJECT('k', 1.50))`, '{"k":1.50}'],
    [`JSON_SIZE(OBJECT('k', 'ä'))`, '10'],
    [`CAST(CAST('a' AS VARCHAR) AS SUPER)`, 'a'],
    [`STRTOL('0190a5e4f3c2', 16)`, String(0x0190a5e4f3c2)],
    [`STRTOL('777', 8)`, '511'],
    [`STRTOL('', 16)`, '0'],
    [`STRTOL(CAST(NULL AS VARCHAR(12)), 16)`, null],
    [`LEN('äöü')`, 3],
    [`CONVERT_TIMEZONE('Europe/Berlin', TIMESTAMP '2026-07-01 10:00:00')::VARCHAR`, '2026-07-01 12:00:00'],
    [`CONVERT_TIMEZONE('Europe/Berlin', 'UTC', TIMESTAMP '2026-07-01 12:00:00')::VARCHAR`, '2026-07-01 10:00:00'],
    [`EXTRACT(EPOCH FROM TIMESTAMP '2026-01-01 00:00:00.999')`, 1_767_225_600],
    [`GREATEST(CAST(NULL AS INTEGER), 2)`, 2],
  ])('evaluates %s as Redshift does', async (expression, expected) => {
    expect(await evaluate(expression)).toEqual(expected);
  });

  it('gives whole seconds in UTC as GETDATE, the same within a statement', async () => {
    const [row] = await runRedshift(
      redshift.client,
      `SELECT GETDATE() = GETDATE() AS is_same, GETDATE() = DATE_TRUNC('second', GETDATE()) AS is_whole,
         ABS(EXTRACT(EPOCH FROM GETDATE()) - :now) < 60 AS is_utc`,
      { now: String(Math.floor(Date.now() / 1000)) },
    );

    expect(row).toEqual({ is_same: true, is_whole: true, is_utc: true });
  });

  it('navigates SUPER by the exact key and returns NULL for a missing one', async () => {
    await runRedshift(redshift.client, 'SET enable_case_sensitive_identifier TO true');
    const rows = await runRedshift(
      redshift.client,
      `SELECT e.event_attributes."Plan"."tiers"[1]::VARCHAR AS hit, e.event_attributes."plan"::VARCHAR AS miss
       FROM (SELECT JSON_PARSE('{"Plan": {"tiers": ["a", "b"]}}') AS event_attributes) AS e`,
    );

    expect(rows).toEqual([{ hit: 'b', miss: null }]);
  });

  it.each([
    ['is found when the session keeps case', 'true', 'a'],
    ['finds NULL when it does not', 'false', null],
  ])('a quoted SUPER key with capitals %s', async (_, keepsCase, tier) => {
    await runRedshift(redshift.client, `SET enable_case_sensitive_identifier TO ${keepsCase}`);

    const rows = await runRedshift(
      redshift.client,
      `SELECT e.event_attributes."planTier"::VARCHAR AS tier, e.event_attributes."plan"::VARCHAR AS plan
       FROM (SELECT JSON_PARSE('{"planTier": "a", "plan": "b"}') AS event_attributes) AS e`,
    );

    expect(rows).toEqual([{ tier, plan: 'b' }]);
  });

  it('unpivots objects and skips everything else', async () => {
    const rows = await runRedshift(
      redshift.client,
      `SELECT k, v::VARCHAR AS v FROM (
         SELECT JSON_PARSE('{"a": 1, "b": "x"}') AS set_attributes
         UNION ALL SELECT JSON_PARSE('[1]') UNION ALL SELECT JSON_PARSE('null')
         UNION ALL SELECT CAST(NULL AS SUPER)
       ) AS o, UNPIVOT o.set_attributes AS v AT k WHERE o.set_attributes IS NOT NULL ORDER BY k`,
    );

    expect(rows).toEqual([
      { k: 'a', v: '1' },
      { k: 'b', v: 'x' },
    ]);
  });

  it('fails when it unpivots NULL, because the guide does not say what comes of it', async () => {
    const unpivoted = runRedshift(
      redshift.client,
      `SELECT k FROM (SELECT CAST(NULL AS SUPER) AS set_attributes) AS o, UNPIVOT o.set_attributes AS v AT k`,
    );

    await expect(unpivoted).rejects.toThrow('UNPIVOT of NULL');
  });

  it.each(['1901-12-13 20:45:51', '2038-01-19 03:14:08'])(
    'fails to count the seconds until %s in 32 bits',
    async (time) => {
      await expect(evaluate(`EXTRACT(EPOCH FROM TIMESTAMP '${time}')`)).rejects.toThrow('integer out of range');
    },
  );

  it('fails as Redshift does when LISTAGG or JSON_SERIALIZE exceeds 65,535 bytes', async () => {
    await redshift.client.query(`CREATE TEMP TABLE wide AS SELECT repeat('x', 40000) AS a FROM generate_series(1, 2)`);

    const listed = runRedshift(redshift.client, `SELECT LISTAGG(a, ',') WITHIN GROUP (ORDER BY a) FROM wide`);
    await expect(listed).rejects.toThrow('LISTAGG limit');

    await expect(evaluate(`JSON_SERIALIZE(OBJECT('a', RPAD('x', 65536, 'x')))`)).rejects.toThrow('65535');
  });

  it('counts the width of VARCHAR in bytes', async () => {
    await runRedshift(redshift.client, 'CREATE TEMP TABLE narrow (a VARCHAR(4))');

    await runRedshift(redshift.client, `INSERT INTO narrow (a) SELECT 'äö'`);

    await expect(runRedshift(redshift.client, `INSERT INTO narrow (a) SELECT 'äöü'`)).rejects.toThrow('narrow_a_check');
  });

  it('keeps duplicates of a primary key, as Redshift does', async () => {
    await runRedshift(redshift.client, 'CREATE TABLE keyed (a INTEGER PRIMARY KEY)');

    await runRedshift(redshift.client, 'INSERT INTO keyed (a) SELECT 1 UNION ALL SELECT 1');

    expect(await runRedshift(redshift.client, 'SELECT COUNT(*) AS n FROM keyed')).toEqual([{ n: '2' }]);
  });

  it('is prepared again, also twice at once, without losing a row', async () => {
    const url = await redshift.postgres.database();
    const name = new URL(url).pathname.slice(1);
    const own = await connect(url);
    await runRedshift(own, 'CREATE TABLE kept (a SUPER)');
    await runRedshift(own, `INSERT INTO kept (a) SELECT JSON_PARSE('1')`);

    await Promise.all([prepareDatabase(redshift.postgres.url, name), prepareDatabase(redshift.postgres.url, name)]);

    expect(await runRedshift(own, 'SELECT COUNT(*) AS n FROM kept')).toEqual([{ n: '1' }]);
    await own.end();
  });
});
