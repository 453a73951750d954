/**
 * P15, and what each function may do, tried as that function on the product's own tables. Every statement changes no row, and
 * what a function must not be able to do is rolled back if it can.
 */
import type { Column } from '@dataloaf/core/columns';
import { ROLES_OF, type TableRights, WAREHOUSE_MEMBERS, type WarehouseMember } from '@dataloaf/core/warehouse/rights';
import { EVENTS, LOAD_MUTEX, SCHEMA, TABLES, type Table } from '@dataloaf/core/warehouse/tables';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { type Check, type CheckPorts, type Expected, needed, OPEN } from '../check.ts';
import type { Json } from '../json.ts';
import { notRun } from '../judge.ts';
import { observeOutcome } from '../observe.ts';
import type { Session } from '../session.ts';
import { rows, sql, temporary } from './make.ts';

type Right = TableRights['rights'][number];

const NO_ROW = 'WHERE 1 = 0';

const nullOf = ({ type }: Column): string => `CAST(NULL AS ${type.kind === 'varchar' ? 'VARCHAR(8)' : 'INTEGER'})`;

/** Needs one right on the table, and changes nothing. */
export function useRight(table: Table, right: Right): Statement {
  const name = `${right.toLowerCase()}_${table.name}`;
  const place = `${SCHEMA}.${table.name}`;
  const [column, spec] = Object.entries(table.columns)[0] ?? [];
  if (column === undefined || spec === undefined) return sql(name, `SELECT 1 AS one\nFROM ${place}\n${NO_ROW}`);
  switch (right) {
    case 'SELECT':
      return sql(name, `SELECT ${column}\nFROM ${place}\n${NO_ROW}`);
    case 'INSERT':
      return sql(
        name,
        `INSERT INTO ${place} (${column})\nSELECT ${nullOf(spec)}\nFROM ${SCHEMA}.${LOAD_MUTEX.name}\n${NO_ROW}`,
      );
    case 'UPDATE':
      return sql(name, `UPDATE ${place}\nSET ${column} = ${nullOf(spec)}\n${NO_ROW}`);
    case 'DELETE':
      return sql(name, `DELETE FROM ${place}\n${NO_ROW}`);
  }
}

/** Every right of a function, once. */
export function useRights(member: WarehouseMember): readonly Statement[] {
  const statements = ROLES_OF[member].flatMap(({ rights }) =>
    rights === 'all_tables'
      ? TABLES.map((table) => useRight(table, 'SELECT'))
      : rights.flatMap((one) => one.rights.map((right) => useRight(one.table, right))),
  );
  return [...new Map(statements.map((statement) => [statement.name, statement])).values()];
}

/** A batch that must not succeed; if it does, the division rolls it back. */
const ROLL_BACK = sql('roll_back', `SELECT 1 / COUNT(*) AS none\nFROM ${SCHEMA}.${LOAD_MUTEX.name}\n${NO_ROW}`);
const createTable = sql('create_table', `CREATE TABLE ${SCHEMA}.doctor_refused (n INTEGER)`);

/** What would let a function damage what it has nothing to do with. */
export const FORBIDDEN: Readonly<Record<WarehouseMember, readonly Statement[]>> = {
  loader: [createTable, useRight(EVENTS, 'DELETE')],
  merge: [createTable, useRight(EVENTS, 'INSERT'), useRight(EVENTS, 'SELECT')],
  insights: [createTable, useRight(LOAD_MUTEX, 'UPDATE'), useRight(EVENTS, 'INSERT')],
};

interface RoleCheck {
  readonly name: string;
  readonly asks: string;
  readonly expected: Expected;
  observe(session: Session): Promise<Json>;
}

const roleCheck = (member: WarehouseMember, { name, asks, expected, observe }: RoleCheck): Check => ({
  kind: 'script',
  id: `role.${member}.${name}`,
  asks,
  expected,
  observe: async ({ roles }) => {
    const session = roles.find(({ role }) => role === member)?.session;
    return session === undefined ? notRun(`it needs the role of ${member}`) : observe(session);
  },
});

/** A quoted key with a capital finds its member only with a setting of the user. */
const readMixedCase: readonly Statement[] = [
  ...temporary('t_keys', 'event_attributes SUPER', `JSON_PARSE('{"planTier":"pro"}')`),
  sql('read_key', 'SELECT CAST(e.event_attributes."planTier" AS VARCHAR(8)) AS tier\nFROM t_keys AS e'),
];

const readSettings = sql(
  'read_settings',
  `SELECT CURRENT_USER AS name, setting\nFROM pg_settings\nWHERE name = 'statement_timeout'`,
);

const checksOf = (member: WarehouseMember): readonly Check[] => [
  roleCheck(member, {
    name: 'rights',
    asks: `${member} has every right that its statements need`,
    expected: needed('succeeded'),
    observe: async (session) => observeOutcome(await session.run(useRights(member)), 'success'),
  }),
  ...FORBIDDEN[member].map((statement) =>
    roleCheck(member, {
      name: `may-not-${statement.name.replaceAll('_', '-')}`,
      asks: `${member} may not ${statement.name.replaceAll('_', ' ')}`,
      expected: needed({ failed: statement.name, error: 'permission' }),
      observe: async (session) => observeOutcome(await session.run([statement, ROLL_BACK])),
    }),
  ),
  roleCheck(member, {
    name: 'mixed-case-key',
    asks: `${member} finds a quoted key with a capital`,
    expected: needed(rows(['pro'])),
    observe: async (session) => observeOutcome(await session.run(readMixedCase)),
  }),
  {
    ...roleCheck(member, {
      name: 'settings',
      asks: `the user of ${member}, and how long its statements may take`,
      expected: OPEN,
      observe: async (session) => observeOutcome(await session.run([readSettings])),
    }),
    id: `fact.${member}`,
  },
];

async function observeLists({ roles, newToken }: CheckPorts): Promise<Json> {
  const [one, other] = roles;
  if (one === undefined || other === undefined) return notRun('it needs the roles of two functions');
  const name = `doctor-${newToken()}`;
  const outcome = await one.session.end(await one.session.start([sql('one', 'SELECT 1 AS one')], { name }));
  const countFor = async (session: Session): Promise<number> => (await session.listNames(name)).length;
  return { ran: outcome.status, own: await countFor(one.session), other: await countFor(other.session) };
}

export const ROLE_CHECKS: readonly Check[] = [
  ...WAREHOUSE_MEMBERS.flatMap(checksOf),
  {
    kind: 'script',
    id: 'p15.roles',
    asks: 'a role lists its own statements and not those of another role',
    expected: needed({ ran: 'FINISHED', own: 1, other: 0 }),
    observe: observeLists,
  },
];
