/** Brings the warehouse to this version's tables. Harmless to repeat, and to run twice at once. */
import { WarehouseError } from '@dataloaf/core/errors';
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

export interface MigrateParts {
  readonly warehouse: Warehouse;
  readonly state: StateStore;
  /** A new id for each run: the warehouse of today may be another than yesterday's, whose tokens are spent. */
  newToken(): string;
}

export interface MigrateAnswer {
  readonly applied: readonly number[];
  readonly version: number;
}

const MIGRATION_WAIT_MS = 120_000;

/** @throws WarehouseError */
export async function migrate(parts: MigrateParts): Promise<MigrateAnswer> {
  await run(parts, SETUP_NAMES.base, createBase).catch(() => run(parts, SETUP_NAMES.base, createBase));
  await run(parts, SETUP_NAMES.mutex, seedMutex);
  const rows = await parts.warehouse.query(readVersions);
  const present = new Set(rows.map((row) => Number(row['version'])));
  const open = MIGRATIONS.filter((migration) => !present.has(migration.version));
  // Tables made anew hold nothing: what the loader remembers of the old ones would hide the objects in S3.
  if (open.some((migration) => migration.version === 1)) await parts.state.forget();
  for (const migration of open) await run(parts, writerName('migration', migration.version), applyMigration(migration));
  return { applied: open.map((migration) => migration.version), version: MIGRATIONS.at(-1)?.version ?? 0 };
}

async function run(parts: MigrateParts, name: string, statements: readonly Statement[]): Promise<void> {
  const id = await parts.warehouse.submit({ token: parts.newToken(), name, statements });
  const status = await parts.warehouse.wait(id, { statements, timeoutMs: MIGRATION_WAIT_MS });
  if (status.kind === 'finished') return;
  // Somebody else applied it meanwhile: its guard says so.
  if (status.kind === 'failed' && status.failure.statement === REFUSE_APPLIED) return;
  const got = status.kind === 'failed' ? `${status.failure.statement}: ${status.failure.message}` : status.kind;
  throw new WarehouseError('migration_failed', `Expected ${name} to be applied, got: ${got}`, { isRetryable: true });
}

/** Whether an error says that the tables are not there. */
export const isMissingTable = (error: unknown): boolean =>
  error instanceof WarehouseError && error.code === 'table_missing';
