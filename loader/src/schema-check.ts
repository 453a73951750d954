/** Whether the warehouse is ready for this loader. The loader may not create tables itself: it has the migrate function do it. */
import { WarehouseError } from '@dataloaf/core/errors';
import { numberOf } from '@dataloaf/core/warehouse/rows';
import { SCHEMA_VERSION } from '@dataloaf/core/warehouse/sql/migrations';
import type { Row } from '@dataloaf/core/warehouse/warehouse';

/** A newer warehouse is fine: migrations only add to it. @throws WarehouseError */
export function assertSchemaVersion(newest: Row | undefined): void {
  const version = numberOf(newest?.['version'] ?? 0);
  if (version >= SCHEMA_VERSION) return;
  const message = `Expected the tables of version ${SCHEMA_VERSION}, got version ${version}.`;
  throw new WarehouseError('schema_old', message, { isRetryable: false });
}

/** The tables do not exist, are of an older version, or were created and not yet granted to the loader. */
const UNPREPARED: readonly string[] = ['table_missing', 'schema_old', 'permission_missing'];

export const needsMigration = (error: unknown): error is WarehouseError =>
  error instanceof WarehouseError && UNPREPARED.includes(error.code);
