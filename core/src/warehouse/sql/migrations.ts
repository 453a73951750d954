/**
 * Numbered migrations of the warehouse. Each runs in one transaction under the mutex and records its number; an applied
 * one refuses to run again. Migration 1 creates everything from the table specs. A later change adds a migration and
 * never edits an applied one.
 */

import { LOAD_MUTEX, SCHEMA_MIGRATIONS, TABLES } from '../tables.ts';
import type { Statement } from '../warehouse.ts';
import { createTable } from './create-table.ts';
import { integer, literal } from './literal.ts';
import { takeMutex } from './mutex.ts';

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** What the mutex itself needs. Two runs at once may conflict in the catalogue: one of them fails, and succeeds when repeated. */
export const createBase: readonly Statement[] = [
  { name: 'create_schema', text: 'CREATE SCHEMA IF NOT EXISTS dataloaf' },
  createTable(LOAD_MUTEX),
  createTable(SCHEMA_MIGRATIONS),
];

/** The one row of the mutex. A second row would break every load id. */
export const seedMutex: readonly Statement[] = [
  { name: 'lock_mutex', text: 'LOCK dataloaf.load_mutex' },
  {
    name: 'seed_mutex',
    text: `INSERT INTO dataloaf.load_mutex (id, n)
SELECT 1, 0
FROM (SELECT COUNT(*) AS known FROM dataloaf.load_mutex) AS m
WHERE m.known = 0`,
  },
];

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'create_tables',
    statements: TABLES.filter((table) => table !== LOAD_MUTEX).map(createTable),
  },
];

export const readVersions: Statement = {
  name: 'read_versions',
  text: `SELECT version
FROM dataloaf.schema_migrations
ORDER BY version`,
};

/** The guard of a migration: it fails when the migration is applied already. */
export const REFUSE_APPLIED = 'refuse_applied';

/** The transaction of one migration. */
export const applyMigration = (migration: Migration): readonly Statement[] => [
  ...takeMutex,
  {
    name: REFUSE_APPLIED,
    text: `SELECT 1 / (CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END)
FROM dataloaf.schema_migrations
WHERE version = ${integer(migration.version)}`,
  },
  ...migration.statements,
  {
    name: 'record_migration',
    text: `INSERT INTO dataloaf.schema_migrations (version, name, applied_at)
VALUES (${integer(migration.version)}, ${literal(migration.name)}, GETDATE())`,
  },
];
