/** The rights of each function, against the statements that it sends: each is enough, and none is too much. */
import { LOADER_ROLE, userOfRole, WAREHOUSE_MEMBERS, WRITER_ROLE } from '@dataloaf/core/warehouse/rights';
import { grantRights, setUpUsers } from '@dataloaf/core/warehouse/sql/access';
import { createBase, MIGRATIONS, seedMutex } from '@dataloaf/core/warehouse/sql/migrations';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { translate } from '../../../../localstack/src/redshift/translate.ts';
import { connect, useRedshift } from '../../../../localstack/test/tools/redshift-fixture.ts';
import { READS, TRANSACTIONS } from './all-statements.ts';

const MEMBERS = { loader: 'acme-loader', merge: 'acme-merge', insights: 'acme-insights' };
const LOADER_READS = [
  'read_batch',
  'read_objects',
  'read_newest_load',
  'read_object',
  'read_parked_count',
  'read_load_error',
];

const ofLoader = (read: Statement): boolean => LOADER_READS.includes(read.name);
const ofAdmin = ({ name }: Statement): boolean =>
  ['read_versions', 'read_collation', 'read_roles', 'read_users', 'read_user_grants'].includes(name);

/** What each function sends; each list is one transaction. */
const SENT: Readonly<Record<keyof typeof MEMBERS, readonly (readonly Statement[])[]>> = {
  loader: [
    ...['load of both streams', 'load of events', 'load of operations', 'park', 'catalogue'].map(
      (name) => TRANSACTIONS[name] ?? [],
    ),
    READS.filter(ofLoader),
  ],
  merge: [TRANSACTIONS['direct merge'] ?? []],
  insights: [READS.filter((read) => !ofAdmin(read))],
};

const redshift = useRedshift();
type Session = Awaited<ReturnType<typeof connect>>;
const sessions = new Map<string, Session>();

async function run(session: Session, { text, params }: Statement): Promise<void> {
  const translation = translate(text);
  // COPY writes temporary tables only, which belong to the session.
  if (translation.kind !== 'query') return;
  await session.query(
    translation.text,
    translation.params.map((name) => params?.[name]),
  );
}

/** The first failure of a function, or undefined when all its statements run. Nothing stays. */
async function failureOf(member: keyof typeof MEMBERS): Promise<string | undefined> {
  const session = sessions.get(member);
  if (session === undefined) return 'no session';
  for (const statements of SENT[member]) {
    await session.query('BEGIN');
    try {
      for (const statement of statements) await run(session, statement);
    } catch (error) {
      return String(error);
    } finally {
      await session.query('ROLLBACK');
    }
  }
  return undefined;
}

beforeAll(async () => {
  const owner = redshift.client;
  const migrations = MIGRATIONS.flatMap(({ statements }) => statements);
  const access = [...setUpUsers(MEMBERS, { roles: [], users: [], grants: [] }), ...grantRights];
  await owner.query('BEGIN');
  for (const statement of [...createBase, ...seedMutex, ...migrations, ...access]) await run(owner, statement);
  await owner.query('COMMIT');
  for (const member of WAREHOUSE_MEMBERS) {
    const login = 'SELECT pg_name, pg_password FROM redshift.login($1)';
    const { rows } = await owner.query<{ pg_name: string; pg_password: string }>(login, [userOfRole(MEMBERS[member])]);
    const address = new URL(`postgres://${owner.host}:${owner.port}/${owner.database}`);
    address.username = encodeURIComponent(rows[0]?.pg_name ?? '');
    address.password = rows[0]?.pg_password ?? '';
    sessions.set(member, await connect(address.href));
  }
});
// Registered after the server's end, so it runs before that.
afterAll(async () => {
  for (const session of sessions.values()) await session.end();
});

it.each(WAREHOUSE_MEMBERS)('the rights of %s are enough for all that it sends', async (member) => {
  expect(SENT[member].flat().length).toBeGreaterThan(5);
  expect(await failureOf(member)).toBeUndefined();
});

const RIGHTS = [WRITER_ROLE, LOADER_ROLE].flatMap(({ name, rights }) =>
  rights === 'all_tables'
    ? []
    : rights.flatMap(({ table, rights: given }) => given.map((right) => ({ role: name, table: table.name, right }))),
);

describe('a right that is missing', () => {
  it('fails a statement of the loader, whichever it is', { timeout: 60_000 }, async () => {
    const needless: object[] = [];
    for (const one of RIGHTS) {
      const { role, table, right } = one;
      await run(redshift.client, { name: 'revoke', text: `REVOKE ${right} ON dataloaf.${table} FROM ROLE ${role}` });
      const failure = await failureOf('loader');
      if (failure?.includes(`permission denied for table ${table}`) !== true) needless.push({ ...one, failure });
      await run(redshift.client, { name: 'grant', text: `GRANT ${right} ON dataloaf.${table} TO ROLE ${role}` });
    }

    expect(RIGHTS.length).toBeGreaterThan(25);
    expect(needless).toEqual([]);
  });

  it('of the reader fails a question of Insights', async () => {
    const revoke = 'REVOKE SELECT ON ALL TABLES IN SCHEMA dataloaf FROM ROLE dataloaf_reader';
    await run(redshift.client, { name: 'revoke', text: revoke });

    expect(await failureOf('insights')).toContain('permission denied for table');
    for (const statement of grantRights) await run(redshift.client, statement);
  });
});

it('merge may write no event, and Insights nothing at all', async () => {
  const { rows } = await redshift.client.query<{ who: string; may: string }>(
    `SELECT m.member AS who, string_agg(c.relname || ' ' || r.right_name, ', ' ORDER BY c.relname, r.right_name) AS may
     FROM unnest($1::text[], $2::text[]) AS m(member, login)
     CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS r(right_name)
     JOIN pg_class AS c ON c.relnamespace = 'dataloaf'::regnamespace AND c.relkind = 'r'
     WHERE has_table_privilege(redshift.pg_role('user', m.login), c.oid, r.right_name)
     GROUP BY m.member ORDER BY m.member`,
    [WAREHOUSE_MEMBERS, WAREHOUSE_MEMBERS.map((member) => userOfRole(MEMBERS[member]))],
  );

  expect(rows.map(({ who }) => who)).toEqual(['loader', 'merge']);
  expect(rows.find(({ who }) => who === 'merge')?.may).not.toMatch(/\bevents?\b|event_|load_files|schema_/);
});
