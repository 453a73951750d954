/**
 * Adds to Postgres what only Redshift has: the type SUPER with its casts, functions, and the system table of load errors.
 * Applied to the local warehouse at every start, so every statement must be idempotent.
 */

/** Contains all of it; on the search path after `public`. */
export const COMPAT_SCHEMA = 'redshift';

export const COMPAT_SQL = `
CREATE SCHEMA IF NOT EXISTS redshift;

DO $$ BEGIN
  IF to_regtype('redshift.super') IS NULL THEN CREATE DOMAIN redshift.super AS jsonb; END IF;
END $$;

-- A string is returned without quotes. Objects and arrays become NULL, as a failing cast of SUPER does (cast_super_null_on_error).
CREATE OR REPLACE FUNCTION redshift.super_to_varchar(j jsonb) RETURNS varchar LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE WHEN jsonb_typeof(j) IN ('object', 'array') THEN NULL ELSE j #>> '{}' END $$;
DROP CAST IF EXISTS (jsonb AS varchar);
CREATE CAST (jsonb AS varchar) WITH FUNCTION redshift.super_to_varchar(jsonb);

-- Text cast to SUPER is a SUPER string; JSON_PARSE parses it.
CREATE OR REPLACE FUNCTION redshift.varchar_to_super(s varchar) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT to_jsonb(s) $$;
DROP CAST IF EXISTS (varchar AS jsonb);
CREATE CAST (varchar AS jsonb) WITH FUNCTION redshift.varchar_to_super(varchar);

CREATE OR REPLACE FUNCTION redshift.json_parse(s text) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT s::json::jsonb $$;

CREATE OR REPLACE FUNCTION redshift.json_typeof(j jsonb) RETURNS varchar LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT jsonb_typeof(j)::varchar $$;

CREATE OR REPLACE FUNCTION redshift.is_varchar(j jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT COALESCE(jsonb_typeof(j) = 'string', false) $$;

CREATE OR REPLACE FUNCTION redshift.object() RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT '{}'::jsonb $$;
CREATE OR REPLACE FUNCTION redshift.object(k text, v jsonb) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT jsonb_build_object(k, v) $$;
CREATE OR REPLACE FUNCTION redshift.object(k text, v numeric) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT jsonb_build_object(k, v) $$;
CREATE OR REPLACE FUNCTION redshift.object(k text, v double precision) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT jsonb_build_object(k, v) $$;
CREATE OR REPLACE FUNCTION redshift.object(k text, v boolean) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT jsonb_build_object(k, v) $$;
CREATE OR REPLACE FUNCTION redshift.object(k text, v text) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT jsonb_build_object(k, v) $$;

-- JSON without whitespace. json_strip_nulls is the fast path; it drops null members, so values with nulls take the slow path.
CREATE OR REPLACE FUNCTION redshift.compact_json(j jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  t text := j::text;
BEGIN
  IF position(', ' IN t) = 0 AND position(': ' IN t) = 0 THEN RETURN t; END IF;
  IF position(': null' IN t) = 0 THEN RETURN json_strip_nulls(t::json)::text; END IF;
  CASE jsonb_typeof(j)
    WHEN 'object' THEN
      RETURN (SELECT '{' || string_agg(to_json(m.key)::text || ':' || redshift.compact_json(m.value), ',' ORDER BY m.n) || '}'
              FROM jsonb_each(j) WITH ORDINALITY AS m(key, value, n));
    WHEN 'array' THEN
      RETURN (SELECT '[' || string_agg(redshift.compact_json(m.value), ',' ORDER BY m.n) || ']'
              FROM jsonb_array_elements(j) WITH ORDINALITY AS m(value, n));
    ELSE RETURN t;
  END CASE;
END $$;

-- NULL becomes the text null (AWS documentation); it fails above VARCHAR's 65535 bytes.
CREATE OR REPLACE FUNCTION redshift.serialize_super(j jsonb) RETURNS varchar LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  t text := COALESCE(redshift.compact_json(j), 'null');
BEGIN
  IF octet_length(t) > 65535 THEN RAISE EXCEPTION 'JSON_SERIALIZE: result exceeds the VARCHAR limit of 65535 bytes'; END IF;
  RETURN t;
END $$;

CREATE OR REPLACE FUNCTION redshift.json_size(j jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT octet_length(redshift.compact_json(j))::bigint $$;

CREATE OR REPLACE FUNCTION redshift.listagg_result(t text) RETURNS varchar LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  IF octet_length(t) > 65535 THEN RAISE EXCEPTION 'Result size exceeds LISTAGG limit'; END IF;
  RETURN t;
END $$;

-- The guide does not say what UNPIVOT makes of NULL, so NULL fails here: exclude it first.
CREATE OR REPLACE FUNCTION redshift.refuse_null(j jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$ BEGIN RAISE EXCEPTION 'UNPIVOT of NULL: AWS documents no result for it, exclude it with IS NOT NULL'; END $$;
-- Members of an object; no rows for any other value, as in lax mode.
CREATE OR REPLACE FUNCTION redshift.unpivot(j jsonb) RETURNS TABLE (k varchar, v jsonb) LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
  SELECT key::varchar, value
  FROM jsonb_each(CASE WHEN j IS NULL THEN redshift.refuse_null(j) WHEN jsonb_typeof(j) = 'object' THEN j END)
$$;

-- Start of the statement in whole seconds, without a time zone (AWS documentation, GETDATE).
CREATE OR REPLACE FUNCTION redshift.getdate() RETURNS timestamp LANGUAGE sql STABLE
AS $$ SELECT date_trunc('second', statement_timestamp() AT TIME ZONE 'UTC') $$;

CREATE OR REPLACE FUNCTION redshift.convert_timezone(source text, target text, t timestamp) RETURNS timestamp
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT t AT TIME ZONE source AT TIME ZONE target $$;
CREATE OR REPLACE FUNCTION redshift.convert_timezone(target text, t timestamp) RETURNS timestamp
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT t AT TIME ZONE 'UTC' AT TIME ZONE target $$;

-- Null for null, and 0 for an empty string (AWS documentation).
CREATE OR REPLACE FUNCTION redshift.strtol(s text, base integer) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT
PARALLEL SAFE AS $$
DECLARE
  result bigint := 0;
  digit integer;
BEGIN
  IF base = 16 AND s ~ '^[0-9a-fA-F]{1,15}$' THEN RETURN ('x' || lpad(s, 16, '0'))::bit(64)::bigint; END IF;
  FOR i IN 1..length(s) LOOP
    digit := strpos('0123456789abcdefghijklmnopqrstuvwxyz', lower(substr(s, i, 1))) - 1;
    IF digit < 0 OR digit >= base THEN RAISE EXCEPTION 'The input % is not valid to be converted to base %', s, base; END IF;
    result := result * base + digit;
  END LOOP;
  RETURN result;
END $$;

-- The database sorts and compares by bytes. SUPER exists only in such a database (AWS documentation).
CREATE OR REPLACE FUNCTION redshift.db_collation() RETURNS varchar LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT 'case_sensitive'::varchar $$;

CREATE OR REPLACE FUNCTION redshift.len(s text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT length(s) $$;
CREATE OR REPLACE FUNCTION redshift.nvl(a anycompatible, b anycompatible) RETURNS anycompatible LANGUAGE sql IMMUTABLE
PARALLEL SAFE AS $$ SELECT COALESCE(a, b) $$;

-- Written on a separate connection, so that it survives the rollback of the failed load.
CREATE TABLE IF NOT EXISTS redshift.sys_load_error_detail (
  query_id bigint NOT NULL,
  start_time timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'UTC'),
  table_name varchar(127),
  file_name varchar(1100),
  line_number bigint,
  column_name varchar(127),
  column_type varchar(16),
  error_code integer,
  error_message varchar(512)
);

-- One row for each writing transaction of the Data API, written in that transaction: its outcome when a response is lost.
CREATE TABLE IF NOT EXISTS redshift.data_api_commits (
  statement_id varchar(64) PRIMARY KEY,
  outcome jsonb NOT NULL,
  committed_at timestamptz NOT NULL DEFAULT now()
);
`;
