/**
 * Users, roles and rights, as the admin sets them up. Redshift has neither CREATE USER nor CREATE ROLE with IF NOT EXISTS, so
 * the migrate function asks what exists and creates what is missing. Rights are granted again by every migration: a new
 * table has none, and default privileges hold only for what one user creates.
 */
import { STATEMENT_AGE_MS_MAX } from '../../limits.ts';
import {
  ROLES_OF,
  type TableRights,
  userOfRole,
  WAREHOUSE_MEMBERS,
  WAREHOUSE_ROLES,
  type WarehouseMember,
  type WarehouseRole,
} from '../rights.ts';
import { SCHEMA } from '../tables.ts';
import type { Statement } from '../warehouse.ts';
import { integer, quotedName } from './literal.ts';

/** The IAM role of each function that uses the warehouse as an ordinary user. */
export type MemberRoles = Readonly<Record<WarehouseMember, string>>;

export const readCollation: Statement = {
  name: 'read_collation',
  text: 'SELECT DB_COLLATION() AS db_collation',
};

export const readRoles: Statement = {
  name: 'read_roles',
  text: `SELECT role_name
FROM svv_roles`,
};

export const readUsers: Statement = {
  name: 'read_users',
  text: `SELECT user_name
FROM svv_user_info`,
};

export const readUserGrants: Statement = {
  name: 'read_user_grants',
  text: `SELECT user_name, role_name
FROM svv_user_grants`,
};

/** What the warehouse has already. */
export interface KnownAccess {
  readonly roles: readonly string[];
  readonly users: readonly string[];
  readonly grants: readonly { readonly user: string; readonly role: string }[];
}

/** Names in quotes keep their case only with this setting; names of IAM roles have capitals. */
const keepCase: Statement = {
  name: 'keep_case',
  text: 'SET enable_case_sensitive_identifier TO true',
};

/** Creates what is missing. The settings of the users are set each time. */
export const setUpUsers = (members: MemberRoles, known: KnownAccess): readonly Statement[] => [
  keepCase,
  ...WAREHOUSE_ROLES.filter(({ name }) => !known.roles.includes(name)).map(createRole),
  ...WAREHOUSE_MEMBERS.flatMap((member) => setUpUser(member, userOfRole(members[member]), known)),
];

function setUpUser(member: WarehouseMember, user: string, known: KnownAccess): readonly Statement[] {
  const isMissing = !known.users.includes(user);
  const roles = ROLES_OF[member].filter(
    (role) => isMissing || !known.grants.some((grant) => grant.user === user && grant.role === role.name),
  );
  return [
    ...(isMissing ? [{ name: `create_user_${member}`, text: `CREATE USER ${quotedName(user)} PASSWORD DISABLE` }] : []),
    ...roles.map((role) => ({
      name: `grant_${role.name}_to_${member}`,
      text: `GRANT ROLE ${role.name} TO ${quotedName(user)}`,
    })),
    // The first guard against a writer that hangs with the mutex: nobody else may have the right to cancel it.
    {
      name: `limit_time_of_${member}`,
      text: `ALTER USER ${quotedName(user)} SET statement_timeout TO ${integer(STATEMENT_AGE_MS_MAX)}`,
    },
    // Without it a quoted key with a capital finds nothing, in silence.
    {
      name: `keep_case_of_${member}`,
      text: `ALTER USER ${quotedName(user)} SET enable_case_sensitive_identifier TO true`,
    },
  ];
}

const createRole = ({ name }: WarehouseRole): Statement => ({ name: `create_${name}`, text: `CREATE ROLE ${name}` });

/** The rights of the roles on the tables of the newest version. */
export const grantRights: readonly Statement[] = WAREHOUSE_ROLES.flatMap((role) => [
  { name: `let_${role.name}_in`, text: `GRANT USAGE ON SCHEMA ${SCHEMA} TO ROLE ${role.name}` },
  ...grantsOf(role),
]);

/** One statement for all tables with the same rights. */
function grantsOf(role: WarehouseRole): readonly Statement[] {
  if (role.rights === 'all_tables') {
    const text = `GRANT SELECT ON ALL TABLES IN SCHEMA ${SCHEMA} TO ROLE ${role.name}`;
    return [{ name: `grant_all_to_${role.name}`, text }];
  }
  const { rights } = role;
  const kinds = [...new Set(rights.map(rightsText))];
  return kinds.map((kind, index) => ({
    name: `grant_${index + 1}_to_${role.name}`,
    text: `GRANT ${kind}
ON ${rights
      .filter((one) => rightsText(one) === kind)
      .map(({ table }) => `${SCHEMA}.${table.name}`)
      .join(', ')}
TO ROLE ${role.name}`,
  }));
}

function rightsText({ rights }: TableRights): string {
  return rights.join(', ');
}
