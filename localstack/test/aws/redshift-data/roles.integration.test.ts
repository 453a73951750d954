/** Whose session a statement runs in, and what that session may do. */
import {
  BatchExecuteStatementCommand,
  CancelStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  ListStatementsCommand,
} from '@aws-sdk/client-redshift-data';
import { LOCAL_ADMIN_SECRET_ARN } from '@dataloaf/infra/local-names';
import { describe, expect, it } from 'vitest';
import { type Api, aGate, insert, useDataApi, WHERE, waitForPart } from '../../tools/data-api-fixture.ts';

const fixture = useDataApi();

async function rowsOf(api: Api, sql: string): Promise<unknown> {
  const { Id } = await api.client.send(new ExecuteStatementCommand({ ...WHERE, Sql: sql, WaitTimeSeconds: 20 }));
  const { Records = [] } = await api.client.send(new GetStatementResultCommand({ Id }));
  return Records.map((record) => record.map((field) => field.stringValue ?? field.longValue ?? field.booleanValue));
}

async function errorOf(api: Api, sql: string): Promise<string | undefined> {
  const { Id } = await api.client.send(new ExecuteStatementCommand({ ...WHERE, Sql: sql, WaitTimeSeconds: 20 }));
  const { Error: message } = await api.client.send(new DescribeStatementCommand({ Id }));
  return message;
}

const GRANT_TO_LOADER = [
  'SET enable_case_sensitive_identifier TO true',
  'CREATE ROLE writer',
  'CREATE USER "IAMR:loader" PASSWORD DISABLE',
  'GRANT ROLE writer TO "IAMR:loader"',
  'GRANT USAGE ON SCHEMA dataloaf TO ROLE writer',
  'GRANT SELECT, INSERT ON dataloaf.t TO ROLE writer',
  'GRANT SELECT, UPDATE ON dataloaf.load_mutex TO ROLE writer',
];

const BEYOND_RIGHTS: readonly (readonly [string, string])[] = [
  ['CREATE TABLE dataloaf.own (a INTEGER)', 'permission denied for schema dataloaf'],
  ['CREATE TABLE own (a INTEGER)', 'permission denied for schema public'],
  ['CREATE SCHEMA own', 'permission denied for database'],
  ['CREATE USER own PASSWORD DISABLE', 'permission denied for procedure'],
  ['CREATE ROLE own', 'permission denied for procedure'],
  ['ALTER USER "IAMR:loader" SET statement_timeout TO 0', 'permission denied for procedure'],
  ['GRANT ROLE writer TO "IAMR:loader"', 'permission denied for procedure'],
  ['GRANT SELECT ON dataloaf.t TO "IAMR:x"', 'does not exist|permission denied'],
  ['DELETE FROM dataloaf.t WHERE a IS NOT NULL', 'permission denied for table t'],
  ['DROP TABLE dataloaf.t', 'must be owner of table t'],
  ['ALTER TABLE dataloaf.t ADD COLUMN b INTEGER', 'must be owner of table t'],
];

const DENIED_TO_ALL = [
  'SELECT * FROM pg_shadow',
  'SELECT rolpassword FROM pg_catalog.pg_authid',
  'SELECT password FROM redshift.principals',
  'SELECT outcome FROM redshift.data_api_commits',
  `SELECT pg_read_file('postgresql.conf')`,
  `SELECT pg_ls_dir('.')`,
  `SELECT lo_import('/etc/passwd')`,
  `SELECT set_config('role', 'none', false)`,
  `COPY dataloaf.t TO PROGRAM 'id'`,
  'SET ROLE postgres',
  'SET SESSION AUTHORIZATION DEFAULT',
  'RESET ROLE',
  `ALTER SYSTEM SET log_statement = 'all'`,
  'SELECT a FROM hidden.t',
];

const DENIED_BY_POSTGRES = [
  'SELECT * FROM pg_shadow',
  'SELECT rolpassword FROM pg_authid',
  'SELECT password FROM redshift.principals',
  'SELECT outcome FROM redshift.data_api_commits',
  `SELECT pg_read_file('postgresql.conf')`,
  `SELECT pg_ls_dir('.')`,
  `SELECT lo_import('/etc/passwd')`,
  `COPY (SELECT 1) TO PROGRAM 'id'`,
  `ALTER SYSTEM SET log_statement = 'all'`,
  `SELECT redshift.login('admin')`,
  `CALL redshift.add_principal('user', 'x')`,
];

const ESCAPES = ['RESET ROLE', 'SET ROLE NONE', 'RESET SESSION AUTHORIZATION', 'SET SESSION AUTHORIZATION DEFAULT'];

describe('a statement', () => {
  it('runs as no superuser, whoever sends it', async () => {
    const api = await fixture.startApi();

    for (const one of [api, api.as('loader'), api.as('migrate'), api.as('unheard-of')]) {
      await one.run(['SELECT 1']);
    }

    const { rows } = await fixture.observer.query<{ n: string }>(
      `SELECT count(*) AS n, bool_or(rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls) AS is_mighty
       FROM pg_stat_activity JOIN pg_roles ON rolname = usename
       WHERE application_name LIKE 'dataloaf-%' AND datname = current_database()`,
    );
    expect(rows).toEqual([{ n: '4', is_mighty: false }]);
  });

  it('of a role without rights is denied, and of the same role with rights is done', async () => {
    const api = await fixture.startApi();
    const loader = api.as('loader');

    const before = await errorOf(loader, insert('early'));
    const granted = await api.run(GRANT_TO_LOADER);
    const after = await errorOf(loader, insert('late'));

    expect([before, granted.Status, after]).toEqual([
      'ERROR: permission denied for schema dataloaf',
      'FAILED', // The first statement of the loader has created its user.
      'ERROR: permission denied for schema dataloaf',
    ]);
    expect(granted.SubStatements?.find((part) => part.Status === 'FAILED')?.Error).toContain('already exists');
    expect((await api.run(GRANT_TO_LOADER.filter((sql) => !sql.startsWith('CREATE USER')))).Status).toBe('FINISHED');
    expect(await errorOf(loader, insert('late'))).toBeUndefined();
    expect(await fixture.rows()).toEqual(['late']);
  });

  it('of an ordinary user creates, drops and grants nothing', async () => {
    const api = await fixture.startApi();
    await api.run(GRANT_TO_LOADER);

    for (const [sql, words] of BEYOND_RIGHTS) {
      expect([sql, await errorOf(api.as('loader'), sql)]).toEqual([sql, expect.stringMatching(words)]);
    }
  });

  it('keeps its temporary tables and may lock what it may change', async () => {
    const api = await fixture.startApi();
    await api.run(GRANT_TO_LOADER);

    const answer = await api
      .as('loader')
      .run(['LOCK dataloaf.load_mutex', 'CREATE TEMP TABLE t_new AS SELECT a FROM dataloaf.t', insert('locked')]);

    expect(answer.Status).toBe('FINISHED');
    expect(await fixture.rows()).toEqual(['locked']);
  });

  it('of the migrate function runs as the admin with the secret, and without rights without it', async () => {
    const api = await fixture.startApi();
    const migrate = api.as('migrate');
    const withSecret = { ...WHERE, SecretArn: LOCAL_ADMIN_SECRET_ARN };

    const { Id } = await migrate.client.send(new BatchExecuteStatementCommand({ ...withSecret, Sqls: [insert('x')] }));

    expect((await migrate.end(Id ?? '')).Status).toBe('FINISHED');
    expect(await errorOf(migrate, insert('y'))).toContain('permission denied');
    const other = api.as('loader').client.send(new ExecuteStatementCommand({ ...withSecret, Sql: insert('z') }));
    await expect(other).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await fixture.rows()).toEqual(['x']);
  });

  it('is refused when the caller has no right to call the Data API', async () => {
    const api = await fixture.startApi();

    await expect(api.as('ingest').run(['SELECT 1'])).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('secrets of the server', () => {
  it('are denied to the admin, in the words of the warehouse', async () => {
    await fixture.observer.query('CREATE SCHEMA hidden; CREATE TABLE hidden.t (a int)');
    const api = await fixture.startApi();

    for (const sql of DENIED_TO_ALL) {
      expect([sql, await errorOf(api, sql)]).toEqual([sql, expect.stringMatching(/^ERROR: permission denied /)]);
    }
  });

  it('are denied by Postgres itself in the session of an ordinary user', async () => {
    const session = await fixture.sessionOf('IAMR:loader');

    for (const sql of DENIED_BY_POSTGRES) {
      await expect(session.query(sql), sql).rejects.toThrow(/permission denied|must be superuser/);
    }
  });

  it('are out of reach of whatever changes the role of a session: its user is the only one behind it', async () => {
    const session = await fixture.sessionOf('IAMR:loader');

    for (const sql of ESCAPES) {
      await session.query(sql);

      const { rows } = await session.query('SELECT current_user = session_user AS is_own');
      expect([sql, rows]).toEqual([sql, [{ is_own: true }]]);
      await expect(session.query('SELECT * FROM pg_authid')).rejects.toThrow('permission denied');
    }
  });

  it('shows an ordinary user its own name and grants, and the admin all', async () => {
    const api = await fixture.startApi();
    await api.run(GRANT_TO_LOADER);

    const users = 'SELECT user_name, role_name FROM svv_user_grants';
    await api.as('reader').run(['SELECT 1']);

    expect(await rowsOf(api.as('loader'), users)).toEqual([['IAMR:loader', 'writer']]);
    expect(await rowsOf(api.as('reader'), users)).toEqual([]);
    expect(await rowsOf(api.as('reader'), 'SELECT user_name FROM svv_user_info')).toEqual([['IAMR:reader']]);
    expect(await rowsOf(api, 'SELECT user_name FROM svv_user_info ORDER BY user_name')).toEqual([
      ['IAMR:loader'],
      ['IAMR:reader'],
      ['admin'],
    ]);
    expect(await rowsOf(api.as('reader'), 'SELECT role_name FROM svv_roles')).toEqual([['writer']]);
  });
});

describe('statements of another role', () => {
  it('are neither listed, described nor cancelled', async () => {
    const gate = aGate();
    const api = await fixture.startApi({ faults: { beforeStatement: () => gate.opened } });
    const [loader, merge] = [api.as('loader'), api.as('merge')];
    const id = await merge.submit(['SELECT 1'], { StatementName: 'direct-1' });
    await waitForPart(merge, id, 0);
    const listOf = async (one: Api): Promise<unknown> => {
      const { Statements } = await one.client.send(new ListStatementsCommand({ Status: 'STARTED' }));
      return Statements?.map((statement) => statement.StatementName);
    };

    expect([await listOf(loader), await listOf(merge)]).toEqual([[], ['direct-1']]);
    for (const command of [new DescribeStatementCommand({ Id: id }), new CancelStatementCommand({ Id: id })]) {
      await expect(loader.client.send(command as DescribeStatementCommand)).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    }
    gate.open();
    expect((await merge.end(id)).Status).toBe('FINISHED');
    await expect(loader.client.send(new GetStatementResultCommand({ Id: `${id}:1` }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('keep their tokens to themselves', async () => {
    const api = await fixture.startApi();

    const ids = [
      await api.as('loader').submit(['SELECT 1'], { ClientToken: 'same' }),
      await api.as('merge').submit(['SELECT 1'], { ClientToken: 'same' }),
      await api.as('loader').submit(['SELECT 1'], { ClientToken: 'same' }),
    ];

    expect(ids[0]).toBe(ids[2]);
    expect(ids[0]).not.toBe(ids[1]);
  });
});

describe('the settings of a user', () => {
  it('end a statement that waits for a lock above its time limit, and nobody has to cancel it', async () => {
    const api = await fixture.startApi();
    await api.run([...GRANT_TO_LOADER, 'ALTER USER "IAMR:loader" SET statement_timeout TO 200']);
    await fixture.observer.query('BEGIN; LOCK dataloaf.load_mutex');

    const answer = await api.as('loader').run(['LOCK dataloaf.load_mutex', insert('never')]);

    await fixture.observer.query('ROLLBACK');
    expect([answer.Status, answer.Error]).toEqual(['FAILED', expect.stringContaining('statement timeout')]);
    expect(await fixture.rows()).toEqual([]);
  });

  it('let a quoted key with capitals be found, in sessions that start later too', async () => {
    const api = await fixture.startApi();
    const loader = api.as('loader');
    const sql = `SELECT e.event_attributes."planTier"::VARCHAR AS tier
      FROM (SELECT JSON_PARSE('{"planTier": "pro"}') AS event_attributes) AS e`;

    const before = await rowsOf(loader, sql);
    await api.run([
      'SET enable_case_sensitive_identifier TO true',
      'ALTER USER "IAMR:loader" SET enable_case_sensitive_identifier TO true',
    ]);

    expect([before, await rowsOf(loader, sql)]).toEqual([[[undefined]], [['pro']]]);
  });

  it('of a name in quotes are those of its small letters, unless the session keeps case', async () => {
    const api = await fixture.startApi();

    const folded = await api.run(['CREATE USER "IAMR:Loader" PASSWORD DISABLE']);

    expect(folded.Status).toBe('FINISHED');
    expect(await rowsOf(api, 'SELECT user_name FROM svv_user_info ORDER BY user_name')).toEqual([
      ['admin'],
      ['iamr:loader'],
    ]);
  });
});
