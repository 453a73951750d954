/**
 * Makes the users and roles of the warehouse, as its admin: asks what exists and creates what is missing. Two runs at once
 * may both find a user missing; the later one fails, and succeeds when it asks again.
 */
import { WarehouseError } from '@dataloaf/core/errors';
import { textOf } from '@dataloaf/core/warehouse/rows';
import {
  type KnownAccess,
  type MemberRoles,
  readCollation,
  readRoles,
  readUserGrants,
  readUsers,
  setUpUsers,
} from '@dataloaf/core/warehouse/sql/access';
import { SETUP_NAMES } from '@dataloaf/core/warehouse/sql/transaction-names';
import type { Statement, Warehouse } from '@dataloaf/core/warehouse/warehouse';

export interface AccessPorts {
  readonly warehouse: Pick<Warehouse, 'query'>;
  readonly members: MemberRoles;
  /** Runs one transaction. @throws WarehouseError */
  run(name: string, statements: readonly Statement[]): Promise<void>;
}

const ATTEMPTS = 3;

/** @throws WarehouseError */
export async function setUpAccess({ warehouse, members, run }: AccessPorts): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const known = await askKnown(warehouse);
    try {
      return await run(SETUP_NAMES.access, setUpUsers(members, known));
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function askKnown(warehouse: AccessPorts['warehouse']): Promise<KnownAccess> {
  const roles = await warehouse.query(readRoles);
  const users = await warehouse.query(readUsers);
  const grants = await warehouse.query(readUserGrants);
  return {
    roles: roles.map((row) => textOf(row['role_name'])),
    users: users.map((row) => textOf(row['user_name'])),
    grants: grants.map((row) => ({ user: textOf(row['user_name']), role: textOf(row['role_name']) })),
  };
}

/** SUPER does not exist in a case-insensitive database (AWS documentation). @throws WarehouseError */
export async function assertCollation(warehouse: AccessPorts['warehouse']): Promise<void> {
  const [row] = await warehouse.query(readCollation);
  const collation = textOf(row?.['db_collation'] ?? '');
  if (collation === 'case_sensitive') return;
  const message = `Expected a database with the collation case_sensitive, got ${collation === '' ? 'none' : collation}.`;
  throw new WarehouseError('collation_unsupported', message, {
    isRetryable: false,
    hint: 'The type SUPER needs it. Create another database with COLLATE CASE_SENSITIVE, which is the default, and name it.',
  });
}
