/**
 * Users and roles of the local warehouse, as real Postgres roles. On Redshift they belong to one warehouse; several local
 * warehouses may share a Postgres server, so each name gets a Postgres role of its own for each database. Applied at every
 * start, so every statement must be idempotent.
 *
 * No SQL of a caller runs as a superuser. `admin` owns the schema and is no superuser either: what Redshift's admin may do
 * beyond that (users, roles) are procedures here, which do nothing else.
 */

/** The user that owns the schema; Redshift Serverless calls it so too. */
export const ADMIN_USER = 'admin';

/** Settings of a user that the local warehouse knows, and their names in Postgres. */
export const USER_SETTINGS: Readonly<Record<string, string>> = {
  statement_timeout: 'statement_timeout',
  enable_case_sensitive_identifier: 'redshift.enable_case_sensitive_identifier',
};

export const PRINCIPALS_SQL = `
-- Only superusers read this table: it holds the passwords with which the Data API logs in.
CREATE TABLE IF NOT EXISTS redshift.principals (
  kind varchar(4) NOT NULL CHECK (kind IN ('user', 'role')),
  name varchar(128) NOT NULL,
  password varchar(64) NOT NULL DEFAULT replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''),
  PRIMARY KEY (kind, name)
);

-- Postgres' name of a user or role.
CREATE OR REPLACE FUNCTION redshift.pg_role(kind text, name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length(n) <= 63 THEN n ELSE left(n, 30) || '_' || md5(n) END
  FROM (SELECT 'dl_' || left(md5(current_database()), 8) || '_' || kind || '_' || name AS n) AS full_name
$$;

-- The same for one that must exist.
CREATE OR REPLACE FUNCTION redshift.principal(kind text, name text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  known text := redshift.pg_role(kind, name);
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = known) THEN
    RAISE EXCEPTION '% "%" does not exist', kind, name USING ERRCODE = '42704';
  END IF;
  RETURN known;
END $$;

-- Whether quoted names keep their case. Without the setting Redshift folds them, keys of SUPER included.
CREATE OR REPLACE FUNCTION redshift.quoted_name(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE current_setting('redshift.enable_case_sensitive_identifier', true) WHEN 'true' THEN name ELSE lower(name) END
$$;

-- The name of the session's user as Redshift has it. Not current_user: a definer's function would change that.
CREATE OR REPLACE FUNCTION redshift.user_name() RETURNS varchar LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, redshift, pg_temp AS $$
  SELECT COALESCE(
    (SELECT p.name FROM redshift.principals AS p WHERE p.kind = 'user' AND redshift.pg_role('user', p.name) = session_user),
    session_user::varchar)
$$;

CREATE OR REPLACE FUNCTION redshift.is_admin() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT session_user = redshift.pg_role('user', '${ADMIN_USER}')
    OR (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = session_user)
$$;

CREATE OR REPLACE PROCEDURE redshift.add_principal(new_kind text, new_name text) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, redshift, pg_temp AS $$
DECLARE
  added text := redshift.pg_role(new_kind, new_name);
  added_password text;
BEGIN
  INSERT INTO redshift.principals (kind, name) VALUES (new_kind, new_name) ON CONFLICT DO NOTHING
  RETURNING password INTO added_password;
  IF NOT FOUND THEN RAISE EXCEPTION '% "%" already exists', new_kind, new_name USING ERRCODE = '42710'; END IF;
  -- One of a database that was dropped: its rights must not come back.
  EXECUTE format('DROP ROLE IF EXISTS %I', added);
  IF new_kind = 'role' THEN
    EXECUTE format('CREATE ROLE %I NOLOGIN', added);
  ELSE
    EXECUTE format('CREATE ROLE %I LOGIN PASSWORD %L', added, added_password);
  END IF;
END $$;

CREATE OR REPLACE PROCEDURE redshift.alter_user(user_name text, setting text, value text) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, redshift, pg_temp AS $$
BEGIN
  IF setting NOT IN (${Object.values(USER_SETTINGS)
    .map((name) => `'${name}'`)
    .join(', ')}) THEN
    RAISE EXCEPTION 'unknown setting %', setting;
  END IF;
  EXECUTE format('ALTER ROLE %I SET %s TO %L', redshift.principal('user', user_name), setting, value);
END $$;

-- GRANT ROLE and REVOKE ROLE.
CREATE OR REPLACE PROCEDURE redshift.change_member(verb text, role_name text, kind text, member text) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, redshift, pg_temp AS $$
BEGIN
  IF verb = 'GRANT' THEN
    EXECUTE format('GRANT %I TO %I', redshift.principal('role', role_name), redshift.principal(kind, member));
  ELSE
    EXECUTE format('REVOKE %I FROM %I', redshift.principal('role', role_name), redshift.principal(kind, member));
  END IF;
END $$;

-- GRANT and REVOKE of rights on tables and schemas, with the caller's own rights. The translator made what it executes.
CREATE OR REPLACE PROCEDURE redshift.change_rights(verb text, rights text, objects text, kind text, name text)
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE verb || ' ' || rights || ' ON ' || objects || CASE verb WHEN 'GRANT' THEN ' TO ' ELSE ' FROM ' END
    || quote_ident(redshift.principal(kind, name));
END $$;

-- Name and password of the Postgres role of a user. AWS creates a user at its first login, and so does this.
CREATE OR REPLACE FUNCTION redshift.login(given text) RETURNS TABLE (pg_name text, pg_password text) LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM redshift.principals AS p WHERE p.kind = 'user' AND p.name = given) THEN
    CALL redshift.add_principal('user', given);
  END IF;
  RETURN QUERY SELECT redshift.pg_role('user', given), p.password::text
    FROM redshift.principals AS p WHERE p.kind = 'user' AND p.name = given;
END $$;

-- The outcome of a transaction, written in it. Callers may neither read nor change the table.
CREATE OR REPLACE FUNCTION redshift.note_commit(id text, outcome jsonb) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, redshift, pg_temp AS $$
  INSERT INTO redshift.data_api_commits (statement_id, outcome) VALUES (id, outcome)
$$;

CREATE OR REPLACE VIEW redshift.svv_roles AS
  SELECT name AS role_name, '${ADMIN_USER}'::varchar AS role_owner FROM redshift.principals WHERE kind = 'role';
-- An ordinary user sees only itself (AWS documentation).
CREATE OR REPLACE VIEW redshift.svv_user_info AS
  SELECT name AS user_name, name = '${ADMIN_USER}' AS superuser FROM redshift.principals
  WHERE kind = 'user' AND (name = redshift.user_name() OR redshift.is_admin());
CREATE OR REPLACE VIEW redshift.svv_user_grants AS
  SELECT u.name AS user_name, r.name AS role_name
  FROM redshift.principals AS u
  JOIN redshift.principals AS r ON u.kind = 'user' AND r.kind = 'role'
  WHERE (u.name = redshift.user_name() OR redshift.is_admin()) AND EXISTS (
    SELECT FROM pg_catalog.pg_auth_members AS m
    WHERE m.roleid = to_regrole(quote_ident(redshift.pg_role('role', r.name)))
      AND m.member = to_regrole(quote_ident(redshift.pg_role('user', u.name))));

ALTER TABLE redshift.sys_load_error_detail ADD COLUMN IF NOT EXISTS user_name name;
ALTER TABLE redshift.sys_load_error_detail ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS own_errors ON redshift.sys_load_error_detail;
CREATE POLICY own_errors ON redshift.sys_load_error_detail FOR SELECT
  USING (user_name = session_user OR redshift.is_admin());

GRANT USAGE ON SCHEMA redshift TO PUBLIC;
GRANT SELECT ON redshift.svv_roles, redshift.svv_user_info, redshift.svv_user_grants, redshift.sys_load_error_detail
  TO PUBLIC;
REVOKE EXECUTE ON FUNCTION redshift.login(text) FROM PUBLIC;
REVOKE EXECUTE ON PROCEDURE redshift.add_principal(text, text), redshift.alter_user(text, text, text),
  redshift.change_member(text, text, text, text) FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

DO $$
DECLARE
  admin text := redshift.pg_role('user', '${ADMIN_USER}');
  owned record;
BEGIN
  IF NOT EXISTS (SELECT FROM redshift.principals AS p WHERE p.kind = 'user' AND p.name = '${ADMIN_USER}') THEN
    CALL redshift.add_principal('user', '${ADMIN_USER}');
  END IF;
  EXECUTE format('GRANT CREATE ON DATABASE %I TO %I', current_database(), admin);
  EXECUTE format('GRANT USAGE, CREATE ON SCHEMA public TO %I', admin);
  EXECUTE format('GRANT EXECUTE ON PROCEDURE redshift.add_principal(text, text), '
    'redshift.alter_user(text, text, text), redshift.change_member(text, text, text, text) TO %I', admin);
  -- What an older version of the local warehouse created as its superuser.
  IF EXISTS (SELECT FROM pg_namespace WHERE nspname = 'dataloaf' AND pg_get_userbyid(nspowner) <> admin) THEN
    EXECUTE format('ALTER SCHEMA dataloaf OWNER TO %I', admin);
  END IF;
  FOR owned IN
    SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('dataloaf', 'public') AND c.relkind = 'r' AND pg_get_userbyid(c.relowner) <> admin
  LOOP
    EXECUTE format('ALTER TABLE %I.%I OWNER TO %I', owned.nspname, owned.relname, admin);
  END LOOP;
END $$;
`;
