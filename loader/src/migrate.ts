/**
 * Brings the warehouse to the tables, users and rights of this version, as its admin. Harmless to repeat, and to run twice
 * at once. The newest migration grants the rights in its own transaction: the loader, which looks at the version, never
 * finds the tables without them.
 */
import { WarehouseError } from '@dataloaf/core/errors';
import { numberOf } from '@dataloaf/core/warehouse/rows';
import { grantRights, type MemberRoles } from '@dataloaf/core/warehouse/sql/access';
import {
  applyMigration,
  createBase,
  MIGRATIONS,
  REFUSE_APPLIED,
  readVersions,
  SCHEMA_VERSION,
  seedMutex,
} from '@dataloaf/core/warehouse/sql/migrations';
import { SETUP_NAMES, writerName } from '@dataloaf/core/warehouse/sql/transaction-names';
import type { Statement, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { assertCollation, setUpAccess } from './set-up-access.ts';
import type { StateStore } from './state.ts';

export interface MigratePorts {
  /** As the admin: only the admin creates tables, users and roles. */
  readonly warehouse: Warehouse;
  readonly state: Pick<StateStore, 'forget'>;
  /** IAM roles of the functions that use the warehouse. */
  readonly members: MemberRoles;
  /** A new token for each run: the tokens of an earlier warehouse are spent. */
  newToken(): string;
}

export interface MigrateResult {
  readonly applied: readonly number[];
  readonly version: number;
}

const MIGRATION_WAIT_MS = 120_000;

/** @throws WarehouseError */
export async function migrate(ports: MigratePorts): Promise<MigrateResult> {
  const { warehouse, members } = ports;
  await assertCollation(warehouse);
  await run(ports, SETUP_NAMES.base, createBase).catch(() => run(ports, SETUP_NAMES.base, createBase));
  await run(ports, SETUP_NAMES.mutex, seedMutex);
  await setUpAccess({ warehouse, members, run: (name, statements) => run(ports, name, statements) });
  const rows = await warehouse.query(readVersions);
  const present = new Set(rows.map((row) => numberOf(row['version'])));
  const open = MIGRATIONS.filter((migration) => !present.has(migration.version));
  // New tables are empty: what the loader remembers of earlier ones would hide the objects in S3.
  if (open.some((migration) => migration.version === 1)) await ports.state.forget();
  for (const migration of open) {
    const rights = migration === open.at(-1) ? grantRights : [];
    await run(ports, writerName('migration', migration.version), [...applyMigration(migration), ...rights]);
  }
  if (open.length === 0)
    await run(ports, SETUP_NAMES.rights, grantRights).catch(() => run(ports, SETUP_NAMES.rights, grantRights));
  return { applied: open.map((migration) => migration.version), version: SCHEMA_VERSION };
}

async function run(ports: MigratePorts, name: string, statements: readonly Statement[]): Promise<void> {
  const id = await ports.warehouse.submit({ token: ports.newToken(), name, statements });
  const status = await ports.warehouse.wait(id, { statements, timeoutMs: MIGRATION_WAIT_MS });
  if (status.kind === 'finished') return;
  // The guard of the migration says that another run has applied it meanwhile.
  if (status.kind === 'failed' && status.failure.statement === REFUSE_APPLIED) return;
  const got = status.kind === 'failed' ? `${status.failure.statement}: ${status.failure.message}` : status.kind;
  throw new WarehouseError('migration_failed', `Expected ${name} to be applied, got: ${got}`, { isRetryable: true });
}
