/** Brings the warehouse to the tables of this version. Harmless to repeat, and to run twice at once. */
import { WarehouseError } from '@dataloaf/core/errors';
import { numberOf } from '@dataloaf/core/warehouse/rows';
import {
  applyMigration,
  createBase,
  MIGRATIONS,
  REFUSE_APPLIED,
  readVersions,
  seedMutex,
} from '@dataloaf/core/warehouse/sql/migrations';
import { SETUP_NAMES, writerName } from '@dataloaf/core/warehouse/sql/transaction-names';
import type { Statement, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import type { StateStore } from './state.ts';

export interface MigratePorts {
  readonly warehouse: Warehouse;
  readonly state: StateStore;
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
  await run(ports, SETUP_NAMES.base, createBase).catch(() => run(ports, SETUP_NAMES.base, createBase));
  await run(ports, SETUP_NAMES.mutex, seedMutex);
  const rows = await ports.warehouse.query(readVersions);
  const present = new Set(rows.map((row) => numberOf(row['version'])));
  const open = MIGRATIONS.filter((migration) => !present.has(migration.version));
  // New tables are empty: what the loader remembers of earlier ones would hide the objects in S3.
  if (open.some((migration) => migration.version === 1)) await ports.state.forget();
  for (const migration of open) {
    await run(ports, writerName('migration', migration.version), applyMigration(migration));
  }
  return { applied: open.map((migration) => migration.version), version: MIGRATIONS.at(-1)?.version ?? 0 };
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

/** Whether an error means that the tables do not exist. */
export const isMissingTable = (error: unknown): boolean =>
  error instanceof WarehouseError && error.code === 'table_missing';
