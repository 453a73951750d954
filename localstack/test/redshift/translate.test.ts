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
  'a role': 'CREATE ROLE dataloaf_writer',
  'a user of an IAM role': `CREATE USER "IAMR:acme-Loader" PASSWORD DISABLE`,
  'a role granted to a user': `GRANT ROLE dataloaf_writer TO "IAMR:acme-loader"`,
  'a role taken from a user': `REVOKE ROLE dataloaf_writer FROM insights`,
  'rights on tables': `GRANT SELECT, INSERT ON dataloaf.events, dataloaf.users TO ROLE dataloaf_writer`,
  'rights on all tables of a schema': `GRANT SELECT ON ALL TABLES IN SCHEMA dataloaf TO ROLE dataloaf_reader`,
  'the right to use a schema': 'GRANT USAGE ON SCHEMA dataloaf TO insights',
  'rights taken away': `REVOKE INSERT ON TABLE dataloaf.events FROM ROLE dataloaf_writer`,
  'a setting of a user': `ALTER USER "IAMR:acme-loader" SET statement_timeout TO 600000`,
  'a setting of a session': 'SET enable_case_sensitive_identifier TO true',
  'a SUPER key with capitals': `SELECT e.event_attributes."planTier" FROM dataloaf.events AS e`,
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
  [
    'OR inside NOT EXISTS',
    'SELECT 1 FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE u.a = t.a AND (u.b = t.b OR u.b IS NULL))',
  ],
  ['DECIMAL as a result of CASE', 'SELECT CASE WHEN a = 1 THEN CAST(b AS DECIMAL(38, 12)) ELSE 0 END FROM t'],
  [
    'DECIMAL as the default of CASE',
    'SELECT CAST(CASE WHEN a = 1 THEN 0 ELSE b::NUMERIC(38, 12) END AS DECIMAL(38, 12)) FROM t',
  ],
  ['DECIMAL in COALESCE', 'SELECT COALESCE(CAST(b AS DECIMAL(38, 12)), 0) FROM t'],
  ['DECIMAL in NVL', 'SELECT NVL(b::DECIMAL(38, 12), 0) FROM t'],
  ['DECIMAL in UNION', 'SELECT CAST(b AS DECIMAL(38, 12)) AS b FROM t UNION ALL SELECT c FROM t'],
  ['another shape of UNPIVOT', 'SELECT 1 FROM t AS o, UNPIVOT o.set_attributes AS v'],
  ['VALUES as a table', 'SELECT * FROM (VALUES (1)) AS v'],
  ['DEALLOCATE and other kinds', 'DEALLOCATE ALL'],
  ['an index', 'CREATE INDEX i ON t (a)'],
  ['a session setting with a meaning', 'SET search_path TO dataloaf'],
  ['another right', 'GRANT ALL ON dataloaf.events TO ROLE r'],
  ['rights for everybody', 'GRANT SELECT ON dataloaf.events TO PUBLIC'],
  ['rights with more than the grantee', 'GRANT SELECT ON dataloaf.events TO ROLE r WITH GRANT OPTION'],
  ['default privileges', 'ALTER DEFAULT PRIVILEGES IN SCHEMA dataloaf GRANT SELECT ON TABLES TO ROLE r'],
  ['a user with a password', `CREATE USER a PASSWORD 'Secret123'`],
  ['a user with more rights', `CREATE USER a PASSWORD DISABLE CREATEUSER`],
  ['another setting of a user', 'ALTER USER a SET search_path TO b'],
  ['another change of a user', 'ALTER USER a CREATEUSER'],
  ['a parameter in DDL', 'CREATE TABLE t (a VARCHAR(:n))'],
  ['COPY with a lossy option', `COPY t FROM 's3://b/k' IAM_ROLE 'r' FORMAT JSON 'auto' MAXERROR 5`],
  ['COPY with TRUNCATECOLUMNS', `COPY t FROM 's3://b/k' IAM_ROLE 'r' FORMAT JSON 'auto' TRUNCATECOLUMNS`],
  ['COPY with a jsonpaths file', `COPY t FROM 's3://b/k' IAM_ROLE 'r' FORMAT JSON 's3://b/paths'`],
  ['COPY of CSV', `COPY t FROM 's3://b/k' IAM_ROLE 'r' FORMAT CSV`],
  ['COPY without a role', `COPY t FROM 's3://b/k' FORMAT JSON 'auto'`],
];

const FORBIDDEN: readonly string[] = [
  'SELECT * FROM pg_shadow',
  'SELECT * FROM "pg_authid"',
  'SELECT a FROM t JOIN pg_catalog.PG_SHADOW AS s ON s.usename = t.a',
  'INSERT INTO t (a) SELECT passwd FROM pg_shadow',
  'CREATE TEMP TABLE t AS SELECT * FROM pg_stat_activity',
  'SELECT * FROM pg_hba_file_rules',
  'SELECT * FROM redshift.principals',
  'SELECT outcome FROM redshift.data_api_commits',
  `SELECT pg_read_file('/etc/passwd')`,
  `SELECT PG_LS_DIR('/')`,
  `SELECT pg_catalog.pg_read_binary_file('/etc/passwd')`,
  `SELECT lo_import('/etc/passwd')`,
  `SELECT * FROM dblink('host=127.0.0.1', 'SELECT 1') AS t (a INTEGER)`,
  `SELECT set_config('role', 'none', false)`,
  `SELECT current_setting('data_directory')`,
  `SELECT query_to_xml('SELECT 1', true, true, '')`,
  `COPY t TO PROGRAM 'id'`,
  `COPY t FROM PROGRAM 'id'`,
  `COPY (SELECT 1) TO '/tmp/a'`,
  `ALTER SYSTEM SET log_statement = 'all'`,
  'ALTER ROLE postgres SUPERUSER',
  'SET ROLE postgres',
  'SET LOCAL ROLE NONE',
  'SET SESSION AUTHORIZATION DEFAULT',
  'RESET ROLE',
  'RESET ALL',
  'DISCARD ALL',
];

describe('translate', () => {
  it.each(Object.entries(TRANSLATED))('translates %s', (_, sql) => {
    const translation = translate(sql);

    expect(translation).toMatchSnapshot();
  });

  it.each(REFUSED)('refuses %s', (_, sql) => {
    expect(() => translate(sql)).toThrow(RedshiftSqlError);
  });

  it('ignores a session setting that means nothing here', () => {
    expect(translate('SET query_group TO a')).toEqual({ kind: 'ignored' });
  });

  it.each(FORBIDDEN)('denies %s', (sql) => {
    expect(() => translate(sql)).toThrow(/^permission denied /);
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
