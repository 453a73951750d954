import { describe, expect, it } from 'vitest';
import { RedshiftSqlError } from '../../src/redshift/redshift-error.ts';
import { translate } from '../../src/redshift/translate.ts';

const TRANSLATED: Readonly<Record<string, string>> = {
  'a SUPER path': `SELECT e.event_attributes."plan"."tier"[0]::VARCHAR FROM dataloaf.events AS e`,
  'a SUPER key with both quotes': `SELECT e.event_attributes."it's ""q"""::VARCHAR FROM events AS e`,
  'parameters, the same name once': `SELECT :a, ':a', "b:a", x::VARCHAR FROM t -- :c\nWHERE y = :b AND z = :a`,
  'a table with layout and keys': `CREATE TABLE IF NOT EXISTS dataloaf.t (
  id VARCHAR(64) NOT NULL ENCODE ZSTD PRIMARY KEY,
  name VARCHAR DEFAULT 'x' UNIQUE,
  at TIMESTAMP SORTKEY,
  n DECIMAL(38, 12) REFERENCES dataloaf.u (n),
  body SUPER,
  PRIMARY KEY (id, name)
) DISTSTYLE KEY DISTKEY(id) COMPOUND SORTKEY(at, id)`,
  'a temporary table from a query': `CREATE TEMP TABLE t_new DISTKEY(a) AS SELECT a, :b AS b FROM t`,
  'a column added': `ALTER TABLE dataloaf.t ADD COLUMN note VARCHAR(20) ENCODE LZO`,
  'a table renamed': `ALTER TABLE dataloaf.t RENAME TO u`,
  'a lock': `LOCK dataloaf.load_mutex`,
  'locks of several tables': `LOCK TABLE a, dataloaf.b;`,
  'members of an object': `SELECT o.user_id, k, v FROM t AS o, UNPIVOT o.set_attributes AS v AT k WHERE o.n = 1`,
  'LISTAGG with nested calls': `SELECT LISTAGG(JSON_SERIALIZE(a) || ',', ',') WITHIN GROUP (ORDER BY a, b DESC) AS x FROM t`,
  'APPROXIMATE COUNT(DISTINCT)': `SELECT APPROXIMATE COUNT(DISTINCT user_id) FROM t`,
  'EXTRACT, which is whole on Redshift': `SELECT FLOOR(EXTRACT(EPOCH FROM ts) / 900.0) FROM t`,
  'an update from another table': `UPDATE dataloaf.users SET a = s.a FROM s WHERE users.id = s.id`,
  'a delete by another table': `DELETE FROM t USING s WHERE t.id = s.id`,
  'a plan': `EXPLAIN INSERT INTO dataloaf.t (a) SELECT JSON_SERIALIZE(b) FROM s`,
  'an insert with columns': `INSERT INTO dataloaf.events (a, b) SELECT a, GETDATE() FROM t_new`,
};

const REFUSED: readonly (readonly [string, string])[] = [
  ['ON CONFLICT', 'INSERT INTO t (a) SELECT 1 ON CONFLICT DO NOTHING'],
  ['arrows into JSON', `SELECT a->>'b' FROM t`],
  ['RETURNING', 'DELETE FROM t WHERE a = 1 RETURNING a'],
  ['FILTER', 'SELECT COUNT(*) FILTER (WHERE a) FROM t'],
  ['functions of jsonb', 'SELECT jsonb_typeof(a) FROM t'],
  ['LATERAL', 'SELECT 1 FROM t, LATERAL (SELECT 1) AS x'],
  ['DISTINCT ON', 'SELECT DISTINCT ON (a) a FROM t'],
  ['IS DISTINCT FROM', 'SELECT 1 FROM t WHERE a IS DISTINCT FROM b'],
  ['GENERATE_SERIES', 'SELECT * FROM generate_series(1, 2)'],
  ['ALTER TABLE APPEND', 'ALTER TABLE a APPEND FROM b'],
  ['TRUNCATE, which commits', 'TRUNCATE t'],
  ['MERGE', 'MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE'],
  ['EXPLAIN of what has no plan', 'EXPLAIN LOCK t'],
  ['EXPLAIN ANALYZE, which runs the statement', 'EXPLAIN ANALYZE DELETE FROM t'],
  ['an unknown function', 'SELECT pg_sleep(1)'],
  ['a function of a schema', 'SELECT redshift.compact_json(a) FROM t'],
  ['a cast to TEXT', 'SELECT a::TEXT FROM t'],
  ['a cast to an unknown type', 'SELECT CAST(a AS JSONB) FROM t'],
  ['a string cast to SUPER', `SELECT '{}'::SUPER`],
  ['an unquoted SUPER key', 'SELECT e.event_attributes.plan FROM events AS e'],
  ['a SUPER path without alias', 'SELECT event_attributes."plan" FROM events'],
  ['a name above 63 bytes', `SELECT 1 AS ${'a'.repeat(64)}`],
  ['a SUPER key above 127 bytes', `SELECT e.event_attributes."${'a'.repeat(128)}" FROM events AS e`],
  ['a backslash in a string', String.raw`SELECT 1 WHERE a ~ '\d'`],
  ['a prefixed string', `SELECT E'a'`],
  ['a reserved word as a name', 'SELECT a AS tag FROM t'],
  ['two statements', 'SELECT 1; SELECT 2'],
  ['an ordered aggregate without a frame', 'SELECT SUM(a) OVER (PARTITION BY b ORDER BY c) FROM t'],
  ['LISTAGG without an order', `SELECT LISTAGG(a, ',') FROM t`],
  ['another shape of UNPIVOT', 'SELECT 1 FROM t AS o, UNPIVOT o.set_attributes AS v'],
  ['VALUES as a table', 'SELECT * FROM (VALUES (1)) AS v'],
  ['DEALLOCATE and other kinds', 'DEALLOCATE ALL'],
  ['an index', 'CREATE INDEX i ON t (a)'],
  ['a session setting with a meaning', 'SET search_path TO dataloaf'],
  ['a parameter in DDL', 'CREATE TABLE t (a VARCHAR(:n))'],
  ['COPY with a lossy option', `COPY t FROM 's3://b/k' IAM_ROLE 'r' FORMAT JSON 'auto' MAXERROR 5`],
  ['COPY with TRUNCATECOLUMNS', `COPY t FROM 's3://b/k' IAM_ROLE 'r' FORMAT JSON 'auto' TRUNCATECOLUMNS`],
  ['COPY with a jsonpaths file', `COPY t FROM 's3://b/k' IAM_ROLE 'r' FORMAT JSON 's3://b/paths'`],
  ['COPY of CSV', `COPY t FROM 's3://b/k' IAM_ROLE 'r' FORMAT CSV`],
  ['COPY without a role', `COPY t FROM 's3://b/k' FORMAT JSON 'auto'`],
];

describe('translate', () => {
  it.each(Object.entries(TRANSLATED))('translates %s', (_, sql) => {
    const translation = translate(sql);

    expect(translation).toMatchSnapshot();
  });

  it.each(REFUSED)('refuses %s', (_, sql) => {
    expect(() => translate(sql)).toThrow(RedshiftSqlError);
  });

  it.each([
    'SET enable_case_sensitive_identifier TO true',
    'GRANT USAGE ON SCHEMA dataloaf TO insights',
    `CREATE USER insights PASSWORD DISABLE`,
  ])('ignores %s', (sql) => {
    expect(translate(sql)).toEqual({ kind: 'ignored' });
  });

  it('reads COPY as the product writes it, both spellings of the format', () => {
    const options = `IAM_ROLE 'arn' MANIFEST GZIP FORMAT AS JSON 'auto' TIMEFORMAT 'auto' MAXERROR 0 COMPUPDATE OFF STATUPDATE OFF REGION 'eu-central-1'`;

    const translation = translate(`COPY dataloaf.t (a, "B") FROM 's3://bucket/some/key.manifest' ${options}`);

    expect(translation).toEqual({
      kind: 'copy',
      copy: {
        schema: 'dataloaf',
        table: 't',
        columns: ['a', 'B'],
        bucket: 'bucket',
        key: 'some/key.manifest',
        isManifest: true,
        isGzip: true,
        isTimeAuto: true,
      },
    });
  });
});
